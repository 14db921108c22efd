// One field of a form, of whichever kind.
import {
  Autocomplete,
  Checkbox,
  MultiSelect,
  PasswordInput,
  Select,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { type Field, type FieldValue, type Option, optionsOf, type Values } from "./form_values";

interface Props {
  field: Field;
  values: Values;
  error?: string;
  set: (value: FieldValue) => void;
}

/** A choice with what it means below it. */
function renderOption(options: Option[]) {
  return ({ option }: { option: { value: string; label?: string } }) => {
    const about = options.find((candidate) => candidate.value === option.value)?.about;
    return (
      <div>
        <Text size="xs">{option.label ?? option.value}</Text>
        {about && (
          <Text size="xs" c="dimmed">
            {about}
          </Text>
        )}
      </div>
    );
  };
}

export function FormField({ field, values, error, set }: Props) {
  const value = values[field.name];
  const text = typeof value === "string" ? value : "";
  const list = Array.isArray(value) ? value : [];
  const options = optionsOf(field, values);
  const common = {
    label: field.label,
    description: field.hint,
    error,
    name: field.name,
    placeholder: field.placeholder,
    disabled: field.enabled?.(values) === false || field.locked?.(values) === true,
    withAsterisk: field.required,
    "data-field": field.name,
  };
  const unit = field.unit
    ? {
        rightSection: (
          <Text size="xs" c="dimmed">
            {field.unit}
          </Text>
        ),
        rightSectionWidth: 52,
      }
    : {};
  const select = { data: options, renderOption: renderOption(options) };
  switch (field.kind) {
    case "note":
      return <>{field.render?.(values)}</>;
    case "switch":
      return (
        <Checkbox
          label={field.label}
          description={field.hint}
          error={error}
          name={field.name}
          disabled={common.disabled}
          data-field={field.name}
          checked={value === true}
          onChange={(event) => set(event.currentTarget.checked)}
          my={6}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          {...select}
          value={text || (options.some((option) => option.value === "") ? "" : null)}
          onChange={(next) => set(next ?? "")}
          searchable={options.length > 9}
          clearable={!field.required && text !== "" && !options.some((option) => option.value === "")}
          clearButtonProps={{ "aria-label": `Clear ${field.label}` }}
          allowDeselect={false}
          maxDropdownHeight={300}
        />
      );
    case "suggest":
      return (
        <Autocomplete
          {...common}
          {...select}
          value={text}
          onChange={set}
          limit={60}
          maxDropdownHeight={300}
          spellCheck={false}
        />
      );
    case "many":
      return <MultiSelect {...common} {...select} value={list} onChange={set} searchable hidePickedOptions />;
    case "tags":
      return (
        <TagsInput {...common} {...select} value={list} onChange={set} splitChars={[",", " ", ";"]} acceptValueOnBlur />
      );
    case "lines":
      return (
        <Textarea
          {...common}
          value={text}
          onChange={(event) => set(event.currentTarget.value)}
          autosize
          minRows={1}
          maxRows={6}
        />
      );
    case "secret":
      return (
        <PasswordInput
          {...common}
          value={text}
          onChange={(event) => set(event.currentTarget.value)}
          autoComplete="new-password"
        />
      );
    case "date":
      return <TextInput {...common} type="date" value={text} onChange={(event) => set(event.currentTarget.value)} />;
    default:
      return (
        <TextInput
          {...common}
          {...unit}
          value={text}
          onChange={(event) => set(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
        />
      );
  }
}

// One look for everything: small controls, calm colours, one accent.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** The accent: water under a bridge. Dark enough at 7 for white text (contrast 5.9). */
const harbor: MantineColorsTuple = [
  "#e8f7fb",
  "#d3ecf3",
  "#a6d8e6",
  "#74c2d8",
  "#4db0cc",
  "#34a4c4",
  "#1f93b4",
  "#0e7490",
  "#0b6178",
  "#084c5e",
];

/** Greys with a little of the accent in them. */
const dark: MantineColorsTuple = [
  "#d5dde3",
  "#b3bfc8",
  "#93a1ad",
  "#6b7a87",
  "#45535f",
  "#2f3b46",
  "#222d37",
  "#19232c",
  "#121a22",
  "#0c1218",
];

export const theme = createTheme({
  primaryColor: "harbor",
  primaryShade: { light: 7, dark: 6 },
  colors: { harbor, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "620",
    sizes: { h1: { fontSize: "1.25rem" }, h2: { fontSize: "1rem" }, h3: { fontSize: "0.875rem" } },
  },
  defaultRadius: "sm",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    TextInput: { defaultProps: { size: "xs" } },
    PasswordInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs", comboboxProps: { shadow: "md" } } },
    Autocomplete: { defaultProps: { size: "xs", comboboxProps: { shadow: "md" } } },
    MultiSelect: { defaultProps: { size: "xs", comboboxProps: { shadow: "md" } } },
    TagsInput: { defaultProps: { size: "xs", comboboxProps: { shadow: "md" } } },
    NumberInput: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { size: "xs" } },
    Switch: { defaultProps: { size: "xs" } },
    SegmentedControl: { defaultProps: { size: "xs" }, styles: { label: { paddingInline: 11 } } },
    Badge: { defaultProps: { variant: "light", size: "sm", radius: "sm" } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true, multiline: true, maw: 340 } },
    Modal: {
      styles: { title: { fontWeight: 640, fontSize: "0.95rem" } },
      defaultProps: { centered: false, yOffset: "8vh", overlayProps: { backgroundOpacity: 0.45, blur: 2 } },
    },
    Menu: { defaultProps: { shadow: "md", position: "bottom-start" } },
    Tabs: { defaultProps: { keepMounted: false } },
    Alert: { defaultProps: { variant: "light" } },
  },
});

/** Tints of the kit's colours: the kit's own shout. */
const tints = (percent: number) =>
  Object.fromEntries(
    ["green", "red", "orange", "yellow", "blue", "gray"].map((name) => [
      `--mantine-color-${name}-light`,
      `color-mix(in srgb, var(--mantine-color-${name}-6) ${percent}%, transparent)`,
    ]),
  );

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...tints(13),
    "--db-canvas": "#f3f6f8",
    "--db-surface": "#ffffff",
    "--db-raised": "#f8fafb",
    "--db-line": "#dde4e9",
    "--db-hover": "#eef4f7",
    "--db-chosen": "#dff0f5",
    "--db-quiet": "#566673",
    "--db-good": "#146c35",
    "--db-warn": "#a15c07",
    "--db-bad": "#c02626",
    "--db-added": "#e4f5e9",
    "--db-removed": "#fdeaea",
    "--db-bar": "#0f2a35",
    "--mantine-color-error": "#c02626",
    // The kit's own are too pale on their tints (contrast below 4.5).
    "--mantine-color-green-light-color": "#14602f",
    "--mantine-color-red-light-color": "#a11d1d",
    "--mantine-color-orange-light-color": "#8a3b06",
    "--mantine-color-yellow-light-color": "#7a4a06",
    "--mantine-color-blue-light-color": "#14508f",
    "--mantine-color-gray-light-color": "#45535f",
    "--mantine-color-text": "#17222b",
    "--mantine-color-dimmed": "#566673",
  },
  dark: {
    ...tints(17),
    "--db-canvas": "#0e151b",
    "--db-surface": "#151e26",
    "--db-raised": "#1a252e",
    "--db-line": "#2a3742",
    "--db-hover": "#1d2a34",
    "--db-chosen": "#17394a",
    "--db-quiet": "#9aa9b5",
    "--db-good": "#4ade80",
    "--db-warn": "#fbbf24",
    "--db-bad": "#f87171",
    "--db-added": "#12301f",
    "--db-removed": "#3a1a1d",
    "--db-bar": "#0a1a21",
    "--mantine-color-error": "#f87171",
    "--mantine-color-body": "#151e26",
    "--mantine-color-text": "#dbe4ea",
    "--mantine-color-dimmed": "#9aa9b5",
  },
});

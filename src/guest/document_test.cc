#include "guest/document.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "guest/edit.h"
#include "guest/guest.h"

namespace drawbridge::guest {
namespace {

constexpr const char* kVm =
    "#The mail%3A server\n"
    "#second line\n"
    "boot: order=scsi0;net0\n"
    "cores:  2  \n"
    "memory: 2048\r\n"
    "\n"
    "name: mail\n"
    "net0: virtio=BC:24:11:5A:07:E1,bridge=vmbr0\n"
    "net1: virtio,bridge=vmbr1,tag=5000\n"
    "whatever: is kept\n"
    "a line that is nothing\n"
    "[PENDING]\n"
    "cores: 4\n"
    "delete: boot,!net1\n"
    "\n"
    "[before-upgrade]\n"
    "#taken by hand\n"
    "cores: 1\n"
    "net0: virtio=BC:24:11:5A:07:E1,bridge=old\n"
    "snaptime: 1700000000\n"
    "\n"
    "[special:cloudinit]\n"
    "name: mail\n";

constexpr const char* kContainer =
    "hostname: web\n"
    "net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:9C:2D,ip=dhcp,type=veth\n"
    "lxc.mount.entry: /a b none bind 0 0\n"
    "lxc.mount.entry = /c d none bind 0 0\n"
    "lxc.cap.drop:\n";

Guest guest_of(const std::string& text, Kind kind = Kind::qemu) { return make_guest(parse_document(text, "g"), 100, kind, "n"); }

std::string short_findings(const Diagnostics& diagnostics) {
  std::string text;
  for (const auto& finding : diagnostics)
    text += format_location(finding.where) + (finding.severity == Severity::error ? " error " : " warning ") + finding.code + "\n";
  return text;
}

TEST(Document, KeepsEveryByte) {
  EXPECT_EQ(print(parse_document(kVm, "g")), kVm);
  EXPECT_EQ(print(parse_document(kContainer, "g")), kContainer);
  EXPECT_EQ(print(parse_document("name: x", "g")), "name: x");
}

RC_GTEST_PROP(Document, KeepsAnyBytes, (const std::string& bytes)) { RC_ASSERT(print(parse_document(bytes, "g")) == bytes); }

TEST(Document, SaysWhatTheGuestIs) {
  const Guest guest = guest_of(kVm);
  EXPECT_EQ(guest.name(), "mail");
  EXPECT_EQ(guest.settings.description, "The mail: server\nsecond line\n");
  EXPECT_EQ(guest.settings.text("cores"), "2");
  EXPECT_EQ(guest.settings.text("memory"), "2048");
  EXPECT_EQ(guest.settings.find("name")->where, (SourceLocation{"g", 7, 7}));
  ASSERT_EQ(guest.settings.nics.size(), 1U);
  EXPECT_EQ(guest.settings.nics.at(0).bridge, "vmbr0");
  EXPECT_EQ(guest.settings.text("whatever"), "is kept");
  ASSERT_TRUE(guest.snapshots.contains("before-upgrade"));
  EXPECT_EQ(guest.snapshots.at("before-upgrade").nics.at(0).bridge, "old");
  EXPECT_EQ(guest.snapshots.at("before-upgrade").description, "taken by hand\n");
  EXPECT_EQ(guest.snapshots.size(), 1U);
}

TEST(Document, SaysWhatItWillBe) {
  const Guest guest = guest_of(kVm);
  EXPECT_EQ(guest.pending.settings.text("cores"), "4");
  EXPECT_TRUE(guest.pending.deleted.contains("boot"));
  EXPECT_TRUE(guest.pending.deleted.contains("net1"));
  const Settings next = next_settings(guest);
  EXPECT_EQ(next.text("cores"), "4");
  EXPECT_EQ(next.find("boot"), nullptr);
  EXPECT_EQ(next.find("net1"), nullptr);
  EXPECT_TRUE(next.nics.contains(0));
}

TEST(Document, NamesThePlaceOfAMistake) {
  EXPECT_EQ(short_findings(guest_of(kVm).diagnostics), "g:9:31 error tag-invalid\ng:11:1 warning line-unknown\n");
  EXPECT_EQ(short_findings(guest_of("a: 1\na: 2\nb:\n[s]\na: 3\nnet0: nonsense\n[s]\nnet40: x\n").diagnostics),
            "g:2:1 warning key-duplicate\ng:3:3 warning value-missing\ng:6:7 warning model-unknown\ng:7:2 warning section-duplicate\n"
            "g:8:1 warning nic-slot\n");
}

TEST(Document, KeepsRawKeysOfAContainer) {
  const Guest guest = guest_of(kContainer, Kind::lxc);
  EXPECT_EQ(guest.name(), "web");
  ASSERT_EQ(guest.settings.raw.size(), 3U);
  EXPECT_EQ(guest.settings.raw[1].second.text, "/c d none bind 0 0");
  EXPECT_TRUE(guest.diagnostics.empty());
}

TEST(Text, IsOneLineInTheFile) {
  EXPECT_EQ(encode_text("50% für\nalle"), "50%25 f%C3%BCr%0Aalle");
  EXPECT_EQ(decode_text("50%25 f%C3%BCr%0Aalle%"), "50% für\nalle%");
  EXPECT_EQ(decode_text("%4"), "%4");
  EXPECT_EQ(decode_text("%41"), "A");
}

RC_GTEST_PROP(Text, LeadsBack, (const std::string& text)) {
  RC_ASSERT(decode_text(encode_text(text)) == text);
  RC_ASSERT(encode_text(text).find('\n') == std::string::npos);
}

std::string set(const std::string& text, const Change& change) { return print(set_current(parse_document(text, "g"), change)); }
std::string pend(const std::string& text, const Change& change, Kind kind = Kind::qemu) {
  return print(set_pending(parse_document(text, "g"), kind, change));
}

TEST(Edit, TouchesOnlyItsLine) {
  EXPECT_EQ(set("# x\ncores:  2  \nmemory: 512\r\n", {{{"cores", "8"}, {"memory", "1024"}}, {}}), "# x\ncores:  8  \nmemory: 1024\r\n");
  EXPECT_EQ(set("a: 1\nc: 3", {{{"b", "2"}}, {}}), "a: 1\nb: 2\nc: 3");
  EXPECT_EQ(set("a: 1", {{{"b", "2"}}, {}}), "a: 1\nb: 2\n");
  EXPECT_EQ(set("", {{{"b", "2"}}, {}}), "b: 2\n");
  EXPECT_EQ(set("a:\n", {{{"a", "2"}}, {}}), "a: 2\n");
  EXPECT_EQ(set("a: 1\nb: 2\na: 3\n", {{{"a", "4"}}, {}}), "a: 1\nb: 2\na: 4\n");
  EXPECT_EQ(set("a: 1\nb: 2\na: 3\n", {{}, {"a"}}), "b: 2\n");
  EXPECT_EQ(set("\n[s]\na: 1\n", {{{"a", "2"}}, {}}), "a: 2\n\n[s]\na: 1\n");
  EXPECT_EQ(set(kContainer, {{{"onboot", "1"}}, {}}),
            std::string(kContainer).insert(std::string(kContainer).find("lxc.mount"), "onboot: 1\n"));
}

TEST(Edit, OfWhatIsSoAlreadyChangesNothing) {
  const std::string settled = "cores: 2\nname: mail\n[s]\nx: y\n";
  EXPECT_EQ(set(settled, {{{"cores", "2"}, {"name", "mail"}}, {"bios"}}), settled);
}

TEST(Edit, OfTheDescriptionOwnsTheComments) {
  EXPECT_EQ(set("#old\na: 1\n#more\n[s]\n#its own\n", {{{"description", "new\nünd"}}, {}}), "#new\n#%C3%BCnd\na: 1\n[s]\n#its own\n");
  EXPECT_EQ(set("#old\na: 1\n", {{}, {"description"}}), "a: 1\n");
  EXPECT_EQ(set("#old\na: 1\n", {{{"description", "old"}}, {}}), "#old\na: 1\n");
}

TEST(Edit, OfWhatIsPending) {
  const std::string now = "cores: 2\nname: mail\n";
  EXPECT_EQ(pend(now, {{{"cores", "4"}}, {"name"}}), "cores: 2\nname: mail\n\n[PENDING]\ncores: 4\ndelete: name\n");
  EXPECT_EQ(pend(now, {{{"cores", "2"}}, {"bios"}}), now);
  EXPECT_EQ(pend(now, {{{"cores", "4"}}, {}}, Kind::lxc), "cores: 2\nname: mail\n\n[pve:pending]\ncores: 4\n");
  const std::string pending = "cores: 2\n\n[PENDING]\ncores: 4\ndelete: name,!boot\n\n[s]\ncores: 1\n";
  EXPECT_EQ(pend(pending, {{{"name", "x"}}, {}}), "cores: 2\n\n[PENDING]\ncores: 4\ndelete: !boot\nname: x\n\n[s]\ncores: 1\n");
  EXPECT_EQ(pend(pending, {{}, {"cores"}}), "cores: 2\n\n[PENDING]\ndelete: name,!boot,cores\n\n[s]\ncores: 1\n");
  EXPECT_EQ(set(pending, {{{"cores", "3"}}, {"boot"}}), "cores: 3\n\n[PENDING]\ndelete: name\n\n[s]\ncores: 1\n");
  EXPECT_EQ(print(revert_pending(parse_document(pending, "g"), {"cores", "name", "boot"})), "cores: 2\n\n[s]\ncores: 1\n");
}

TEST(Edit, APendingChangeBecomesReal) {
  EXPECT_EQ(
      print(apply_pending(parse_document("boot: x\ncores: 2\n\n[PENDING]\ncores: 4\nname: n\ndelete: !boot\n\n[s]\ncores: 1\n", "g"))),
      "cores: 4\nname: n\n\n[s]\ncores: 1\n");
  EXPECT_EQ(print(apply_pending(parse_document("cores: 2\n\n[PENDING]\ncores: 4\n", "g"))), "cores: 4\n");
}

/// Documents made of parts that occur.
rc::Gen<std::string> some_document() {
  const auto line = rc::gen::element<std::string>("#note\n", "cores: 2\n", "cores:4 \n", "net0: virtio,bridge=vmbr0\n", "\n", "[PENDING]\n",
                                                  "[s1]\n", "[special:x]\n", "delete: cores,!net0\n", "lxc.a: b\n", "lxc.a = c\n", "junk\n",
                                                  "name:\n", "zz: 1\r\n");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(line), [](const auto& lines) {
    std::string text;
    for (const auto& one : lines) text += one;
    return text;
  });
}

RC_GTEST_PROP(Edit, PendingSaysWhatWillBe, ()) {
  const Change change{{{"cores", *rc::gen::element<std::string>("2", "4", "16")}, {"bios", "ovmf"}}, {"name", "zz"}};
  const Document document = parse_document(*some_document(), "g");
  const Document after = set_pending(document, Kind::qemu, change);
  const auto text_of = [](const Settings& settings) {
    std::map<std::string, std::string> texts;
    for (const auto& [key, value] : settings.values) texts[key] = value.text;
    return texts;
  };
  auto wanted = text_of(next_settings(make_guest(document, 100, Kind::qemu, "n")));
  for (const auto& [key, value] : change.values) wanted[key] = value;
  for (const auto& key : change.removed) wanted.erase(key);
  const Guest is = make_guest(after, 100, Kind::qemu, "n");
  RC_ASSERT(text_of(next_settings(is)) == wanted);
  RC_ASSERT(text_of(is.settings) == text_of(make_guest(document, 100, Kind::qemu, "n").settings));
  RC_ASSERT(set_pending(after, Kind::qemu, change) == after);
  const Guest applied = make_guest(apply_pending(after), 100, Kind::qemu, "n");
  RC_ASSERT(text_of(applied.settings) == wanted);
  RC_ASSERT(applied.pending.empty());
}

RC_GTEST_PROP(Edit, SaysWhatWasAskedAndKeepsTheRest, ()) {
  const std::string before = *some_document();
  const Document document = parse_document(before, "g");
  const Document after = set_current(document, {{{"cores", "16"}, {"bios", "ovmf"}}, {"name"}});
  const Guest was = make_guest(document, 100, Kind::qemu, "n");
  const Guest is = make_guest(after, 100, Kind::qemu, "n");
  RC_ASSERT(is.settings.text("cores") == "16");
  RC_ASSERT(is.settings.text("bios") == "ovmf");
  RC_ASSERT(is.settings.find("name") == nullptr);
  RC_ASSERT(is.settings.raw.size() == was.settings.raw.size());
  RC_ASSERT(is.settings.nics.size() == was.settings.nics.size());
  RC_ASSERT(is.snapshots.size() == was.snapshots.size());
  RC_ASSERT(set_current(after, {{{"cores", "16"}, {"bios", "ovmf"}}, {"name"}}) == after);
}

}  // namespace
}  // namespace drawbridge::guest

import { describe, expect, it } from "vitest";
import { address6, between, bridgeName, cidr4, cidr6, isIpv4, linkName, vlanList } from "./checks";

describe("addresses", () => {
  it("of IPv4 are four decimal numbers, and nothing shorter", () => {
    expect(isIpv4("10.0.0.1")).toBe(true);
    for (const wrong of ["10.1", "256.0.0.1", "10.0.0.01", "10.0.0.1 ", ""]) expect(isIpv4(wrong)).toBe(false);
  });
  it("need a prefix length within bounds", () => {
    expect(cidr4("10.0.0.1/24")).toBeNull();
    expect(cidr4("10.0.0.1")).toContain("has no prefix length");
    expect(cidr4("10.0.0.1/44")).toBe("prefix length '44' is not from 8 to 32");
    expect(cidr4("10.0.0/24")).toContain("is not an IPv4 address");
    expect(cidr6("fd00::1/64")).toBeNull();
    expect(cidr6("fd00::1/7")).toBe("prefix length '7' is not from 8 to 128");
    expect(cidr6("10.0.0.1/24")).toContain("is not an IPv6 address");
  });
  it("of IPv6 are known in all their forms", () => {
    for (const fine of ["::", "::1", "fe80::1", "2001:db8:0:0:0:0:0:1", "::ffff:192.0.2.1"])
      expect(address6(fine)).toBeNull();
    for (const wrong of ["fe80::1::2", ":::", "12345::", "fe80::1%eth0", "g::"]) expect(address6(wrong)).not.toBeNull();
  });
});

describe("names", () => {
  it("are as long as the kernel takes", () => {
    expect(linkName("br-lan.5")).toBeNull();
    expect(linkName("a234567890123456")).toContain("longer than 15");
    expect(linkName("a b")).not.toBeNull();
    expect(bridgeName("a2345678901")).toContain("10");
  });
});

it("VLANs of a bridge are ids and ranges that grow", () => {
  expect(vlanList("2-4094")).toBeNull();
  expect(vlanList("5, 7 10-20")).toBeNull();
  for (const wrong of ["1", "1-9", "9-5", "5-", "4095", "x", "2-3-4"]) expect(vlanList(wrong)).not.toBeNull();
});

it("numbers have bounds", () => {
  const mtu = between(1280, 65520);
  expect(mtu("1500")).toBeNull();
  expect(mtu("50")).toBe("'50' is not a number from 1280 to 65520");
  expect(mtu("1e4")).not.toBeNull();
});

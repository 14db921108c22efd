/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    target: "es2022",
    // Small assets stay files: a data: address would need a hole in the content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1600,
  },
  // tools/web dev: the page from here, everything below /api2 from a running `drawbridge web`.
  server: { proxy: { "/api2": { target: process.env.DRAWBRIDGE_URL ?? "https://localhost:8006", secure: false } } },
  // Others may be at work on this machine as well.
  test: { include: ["src/**/*.test.{ts,tsx}"], testTimeout: 30_000 },
});

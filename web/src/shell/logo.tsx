// The mark: two towers, cables, a deck.
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Drawbridge">
      <rect width="32" height="32" rx="7" fill="#155e75" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round">
        <path d="M7 25V8M25 25V8M4.5 25h5M22.5 25h5M7 21h18M7 10c4 6 14 6 18 0" />
        <path d="M12 14.2V21M16 15v6M20 14.2V21" strokeWidth="1.6" opacity=".75" />
      </g>
    </svg>
  );
}

export const pictures = {
  listener: `<svg viewBox="0 0 600 120" role="img">${['listening', 'accept-paused', 'dropping', 'closing', 'closed'].map((s, i) => `<g data-state="${s}"><rect x="${10 + i * 118}" y="30" width="108" height="50" rx="8" fill="none" stroke="currentColor"/><text x="${64 + i * 118}" y="60" text-anchor="middle" font-size="14" fill="currentColor">${s}</text></g>`).join('')}</svg>`,
  connection: `<svg viewBox="0 0 500 120" role="img">${['serving', 'abandoned', 'closing', 'closed'].map((s, i) => `<g data-state="${s}"><rect x="${10 + i * 118}" y="30" width="108" height="50" rx="8" fill="none" stroke="currentColor"/><text x="${64 + i * 118}" y="60" text-anchor="middle" font-size="14" fill="currentColor">${s}</text></g>`).join('')}</svg>`,
}

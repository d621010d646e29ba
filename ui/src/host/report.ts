import type { Figures, Report } from './types';

const figures = (count: number, failed: number, p50: number, p95: number): Figures => ({
  count, done: count - failed, refused: 0, failed, success_per_mille: Math.floor((1000 * (count - failed)) / count), p50_ms: p50, p95_ms: p95,
});

/** A report of a desk in use. */
export function reported(now: number): Report {
  return {
    since: now - 7 * 24 * 3_600_000,
    until: now,
    total: figures(1543, 23, 34, 410),
    operations: [
      { name: 'open', ...figures(1200, 20, 31, 380) },
      { name: 'relay', ...figures(343, 3, 60, 900) },
    ],
    objects: [{ name: 'Документ.ЗаказКлиента', ...figures(900, 12, 30, 300) }],
    targets: [{ name: 'ut', ...figures(1400, 23, 34, 410) }],
    errors: [
      { code: 'base.unreachable', count: 20, last: now - 3_600_000, objects: [], advice: 'База «ut» не отвечает. Проверьте сеть и адрес публикации.' },
    ],
    queue: [{ base: 'ut', waiting: 4, dead: 1 }],
  };
}

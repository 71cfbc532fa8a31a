import type { Bilingual } from '@qipan/base';

/** Chinese of every kind of assumption, `$n` filled from what the English one says. */
const words: readonly (readonly [pattern: RegExp, zh: string])[] = [
  [/^synthetic village: seeded, measured nowhere$/, '合成台区：由随机种子生成，并非实测'],
  [
    /^households: evening peak (\S+) of the connected load together, winter weekday shape \(default\)$/,
    '居民：晚高峰合计为报装容量的 $1，冬季工作日曲线（默认）',
  ],
  [
    /^cars: (\S+) sessions a day at (\S+) kW, (\S+) kWh \(5-95 %\), arrival (\S+) h ± (\S+) h \(default\)$/,
    '车辆：日均充电 $1 次，$2 kW，每次 $3 kWh（5–95 %），到达时间 $4 时 ± $5 小时（默认）',
  ],
  [/^limits: voltage (\S+) pu, transformer (\S+) %, lines (\S+) %$/, '限值：电压 $1（标幺值），变压器 $2 %，线路 $3 %'],
  [/^each day is judged at its (\d+) heaviest quarter hours$/, '每个抽样日按负荷最重的 $1 个刻钟判断'],
  [/^balanced three-phase charging$/, '充电按三相平衡计算'],
  [
    /^base load (\S+) kW a household in the evening \(default, nothing measured\)$/,
    '居民晚高峰每户 $1 kW（默认，未实测）',
  ],
  [/^power factor ([\d.]+)$/, '功率因数 $1'],
  [/^thermal limit of the transformer alone: no voltage is checked$/, '仅校核变压器热限，未校核电压'],
  [/^all customers on the worst path(?: \(default\))?$/, '全部用户位于最不利路径（默认）'],
  [
    /^the rated current of the path is unknown: only voltage and transformer are checked$/,
    '路径载流量未知：仅校核电压与变压器',
  ],
  [
    /^voltage drop of the worst path, lumped and spread evenly as a bracket$/,
    '最不利路径压降：以末端集中与均匀分布为上下界',
  ],
  [/^evening peak of (\S+) kW a household where no base load was measured$/, '未实测时居民晚高峰取每户 $1 kW'],
  [/^power factor (\S+) at the peak$/, '高峰功率因数取 $1'],
  [
    /^(\S+) V in the village, fed from (\S+) kV held at (\S+) per unit$/,
    '低压侧 $1 V，由 $2 kV 供电，高压侧电压取 $3（标幺值）',
  ],
  [/^r, x and rated current of the named conductor from the table of conductors$/, '电阻、电抗与载流量取自导线型号表'],
  [/^short-circuit voltage and losses of the type of the nearest rating$/, '短路阻抗与损耗取自容量最接近的变压器型号'],
  [
    /^(\S+) kW connected load a customer \((\S+) kW together in the evening\)$/,
    '每户报装容量取 $1 kW（晚高峰合计每户 $2 kW）',
  ],
  [/^(.+): (\S+ \+ j\S+ Ω\/km, \S+ A) \((.+)\)$/, '$1：$2（来源：$3）'],
  [/^(\S+) kVA: uk (\S+) %, losses after (.+) \((.+)\)$/, '$1 kVA：短路阻抗 $2 %，损耗参照 $3（来源：$4）'],
];

/** An assumption as the engine prints it, in both languages; one that it does not know stays as it is in both. */
export function assumptionWords(en: string): Bilingual {
  for (const [pattern, zh] of words) if (pattern.test(en)) return { en, zh: en.replace(pattern, zh) };
  return { en, zh: en };
}

import type { Language } from './words.js';

/** Provinces, and the cities that the shipped register names, as they are written in English. */
const english: Readonly<Record<string, string>> = {
  北京: 'Beijing',
  天津: 'Tianjin',
  河北: 'Hebei',
  山西: 'Shanxi',
  内蒙古: 'Inner Mongolia',
  辽宁: 'Liaoning',
  吉林: 'Jilin',
  黑龙江: 'Heilongjiang',
  上海: 'Shanghai',
  江苏: 'Jiangsu',
  浙江: 'Zhejiang',
  安徽: 'Anhui',
  福建: 'Fujian',
  江西: 'Jiangxi',
  山东: 'Shandong',
  河南: 'Henan',
  湖北: 'Hubei',
  湖南: 'Hunan',
  广东: 'Guangdong',
  广西: 'Guangxi',
  海南: 'Hainan',
  重庆: 'Chongqing',
  四川: 'Sichuan',
  贵州: 'Guizhou',
  云南: 'Yunnan',
  西藏: 'Tibet',
  陕西: 'Shaanxi',
  甘肃: 'Gansu',
  青海: 'Qinghai',
  宁夏: 'Ningxia',
  新疆: 'Xinjiang',
  东莞: 'Dongguan',
  佛山: 'Foshan',
  南京: 'Nanjing',
  南通: 'Nantong',
  合肥: 'Hefei',
  常州: 'Changzhou',
  广州: 'Guangzhou',
  徐州: 'Xuzhou',
  德阳: 'Deyang',
  惠州: 'Huizhou',
  成都: 'Chengdu',
  扬州: 'Yangzhou',
  无锡: 'Wuxi',
  杭州: 'Hangzhou',
  武汉: 'Wuhan',
  泰州: 'Taizhou',
  深圳: 'Shenzhen',
  苏州: 'Suzhou',
  西安: "Xi'an",
  连云港: 'Lianyungang',
  长沙: 'Changsha',
  青岛: 'Qingdao',
};

/** A province or city in the reader's language; one that is not known here stands as it was written. */
export const placeName = (name: string, lang: Language): string =>
  lang === 'en' && Object.hasOwn(english, name) ? (english[name] as string) : name;

/** Several, each once, with the comma of the language. */
export const placeNames = (names: readonly string[], lang: Language): string =>
  [...new Set(names)].map((n) => placeName(n, lang)).join(lang === 'zh' ? '、' : ', ');

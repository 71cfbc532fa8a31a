export type { ServerInfo } from './contract.js';

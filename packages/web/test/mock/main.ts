import { startMock } from './server.js';

const port = Number(process.argv[2] ?? 0);
const mock = await startMock({ port, login: process.argv.includes('--login') });
console.log(mock.url);

export { factorise, type Admittance, type Factor } from './factor.js';

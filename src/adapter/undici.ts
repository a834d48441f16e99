export { sluiceInterceptor } from "./undici/interceptor.js";
export { observe } from "./undici/observe.js";

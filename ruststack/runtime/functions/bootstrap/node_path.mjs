// Lets `import` find packages by NODE_PATH, where Node.js itself looks for `require` alone: in layers, above all.
// Source: "Building Lambda functions with Node.js" (from Node.js 18 on, Lambda searches NODE_PATH for ES modules too).
import path from "node:path";
import { pathToFileURL } from "node:url";

let parents = [];

export function initialize(folders) {
  parents = folders.map((folder) => pathToFileURL(path.join(path.dirname(folder), "index.mjs")).href);
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || /^[./]|^[a-z]+:/.test(specifier)) throw error;
    for (const parentURL of parents) {
      try {
        return await next(specifier, { ...context, parentURL });
      } catch (again) {
        if (again.code !== "ERR_MODULE_NOT_FOUND") throw again;
      }
    }
    throw error;
  }
}

/** The packages, without their types: what is installed beside this file need not be there to check the project. */
export const packages: any = await import(new URL('packages/index.mjs', import.meta.url).href)

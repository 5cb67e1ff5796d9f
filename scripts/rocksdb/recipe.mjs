// What `build.rs` of the crate rust-librocksdb-sys compiles, and how, put again for a build in few large units.
// Whoever raises the crate's version reads its build.rs again and then names the new version here; until then the
// crate compiles RocksDB itself, which is right and slow.

/** The version of the crate that this says the same as. */
export const knownVersion = '0.49.0+11.12.0'

/** The features of the crate with which it compiles so. */
export const knownFeatures = 'bindgen-runtime lz4 lz4-sys static zstd zstd-sys'

/** Where flags and sources below are tried. Elsewhere (macOS, Windows) the crate compiles RocksDB itself. */
export const knownTargets = ['x86_64', 'aarch64'].flatMap((arch) => [
  `${arch}-unknown-linux-gnu`,
  `${arch}-unknown-linux-musl`,
])

/** How many units: each reads RocksDB's headers once, takes up to 1.3 GB of memory, and gives one line of progress. */
const UNITS = 16

const includes = ['c-api-extensions', 'rocksdb/include', 'rocksdb', 'rocksdb/third-party/gtest-1.8.1/fused-src', '.']

const defines = [
  'NDEBUG=1',
  'HAVE_ALIGNED_NEW',
  'HAVE_UINT128_EXTENSION',
  'LZ4=1',
  'ZSTD=1',
  'NO_PCLMUL',
  'OS_LINUX',
  'ROCKSDB_PLATFORM_POSIX',
  'ROCKSDB_LIB_IO_POSIX',
  'ROCKSDB_SCHED_GETCPU_PRESENT',
  'ROCKSDB_AUXV_GETAUXVAL_PRESENT',
  'ROCKSDB_FALLOCATE_PRESENT',
  'ROCKSDB_RANGESYNC_PRESENT',
]

const definesOfGlibc = ['ROCKSDB_PTHREAD_ADAPTIVE_MUTEX', 'ROCKSDB_BACKTRACE']

/** The compiler's arguments in the crate's folder, but for the two crates' headers that are found on each machine. */
export function flagsFor(target) {
  const isX64 = target.startsWith('x86_64')
  const names = [
    ...defines.filter((name) => isX64 || name !== 'NO_PCLMUL'),
    ...(target.endsWith('gnu') ? definesOfGlibc : []),
  ]
  return [
    '-O3 -ffunction-sections -fdata-sections -fPIC'.split(' '),
    isX64 ? ['-m64'] : [],
    includes.flatMap((folder) => ['-I', folder]),
    '-std=c++20 -fno-builtin-memcmp -fno-rtti'.split(' '),
    isX64 ? ['-march=x86-64', '-msse2'] : [],
    '-include cstdint'.split(' '),
    names.map((name) => `-D${name}`),
    // The crate shows warnings of its sources to nobody either.
    '-w',
  ].flat()
}

// Checksums by ARM's own instructions, which are looked for when the program runs.
const checksumsOfArm = ['util/crc32c.cc', 'util/crc32c_arm64.cc']

/** Units of sources that other arguments are for than `flagsFor` gives, with those that come on top. */
function unitsApart(target) {
  if (!target.startsWith('aarch64')) return []
  return [{ sources: checksumsOfArm, flags: ['-march=armv8-a+crc+crypto'] }]
}

// Nothing that db/c.cc needs, and so nothing that the crate's own library brings into a program either: the linker
// takes from it only what it needs. Were one of them needed, the addon would not link.
const leftOut = [
  'db/blob/blob_log_sequential_reader.cc',
  'db/db_impl/db_impl_follower.cc',
  'env/fs_on_demand.cc',
  'memory/memkind_kmem_allocator.cc',
  'monitoring/histogram_windowing.cc',
  'monitoring/thread_status_updater_debug.cc',
  'monitoring/thread_status_util_debug.cc',
  'port/stack_trace.cc',
  'table/adaptive/adaptive_table_factory.cc',
  'table/external_table.cc',
  'table/sst_file_reader.cc',
  'tools/db_dump_tool.cc',
  'utilities/agg_merge/',
  'utilities/blob_db/',
  'utilities/cache_dump_load',
  'utilities/cassandra/',
  'utilities/debug.cc',
  'utilities/env_mirror.cc',
  'utilities/fault_injection_',
  'utilities/leveldb_options/',
  'utilities/option_change_migration/',
  'utilities/persistent_cache/',
  'utilities/secondary_index/',
  'utilities/simulator_cache/',
  'utilities/types_util.cc',
]

/** The files of RocksDB that are compiled, as the crate lists them in rocksdb_lib_sources.txt. */
export function sourcesIn(list) {
  const lines = list.split('\n').map((line) => line.trim())
  // The crate has a build_version.cc of its own, as RocksDB's takes git.
  const wanted = lines.filter((line) => line !== '' && line !== 'util/build_version.cc')
  return [...wanted.filter((line) => !leftOut.some((start) => line.startsWith(start))), 'build_version.cc']
}

/**
 * The sources in units of about equal size, each a run of the list: neighbours share headers and were written not to
 * clash.
 *
 * @param sizeOf bytes of a source
 */
export function unitsOf(sources, sizeOf, count = UNITS) {
  const total = sources.reduce((sum, source) => sum + sizeOf(source), 0)
  const units = []
  let before = 0
  for (const source of sources) {
    // By its middle, so that a long file does not make a short unit after a long one.
    const place = Math.floor(((before + sizeOf(source) / 2) / total) * count)
    units[place] ??= { sources: [], size: 0 }
    units[place].sources.push(source)
    units[place].size += sizeOf(source)
    before += sizeOf(source)
  }
  return units.filter(Boolean)
}

/** All units of a target, as `unitsOf` gives them. */
export function unitsFor(target, sources, sizeOf) {
  const apart = unitsApart(target)
  const isApart = (source) => apart.some((unit) => unit.sources.includes(source))
  const sized = apart.map((unit) => ({ ...unit, size: unit.sources.reduce((sum, source) => sum + sizeOf(source), 0) }))
  return [
    ...unitsOf(
      sources.filter((source) => !isApart(source)),
      sizeOf,
    ),
    ...sized,
  ]
}

/** The text of a unit. */
export function textOf({ sources }) {
  return sources.map((source) => `#include "${source}"\n`).join('')
}

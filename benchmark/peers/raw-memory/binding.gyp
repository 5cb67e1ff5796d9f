{
  "targets": [
    {
      "target_name": "raw_memory",
      "sources": ["raw_memory.c"],
      "cflags": ["-O3", "-Wall", "-Wextra"]
    }
  ]
}

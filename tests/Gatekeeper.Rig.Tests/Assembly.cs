// A guest under emulation needs both processors: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

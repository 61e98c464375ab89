// The releases of the scenarios are shared and count their reads: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

using Gatekeeper.InstallBench;
using Gatekeeper.Release;

// The process boundary of the harness: one install, one line of figures.
if (!Arguments.TryParse(args, out Arguments? arguments))
{
    Console.Error.WriteLine("error: not understood");
    Console.Error.WriteLine("hint: install-bench RELEASE.gku ROOT.json EFI-SLOT SYSTEM-SLOT STATE-FILE [RUNNING-EFI RUNNING-SYSTEM]");
    return 2;
}

try
{
    Console.WriteLine(Install.Run(arguments).Line());
    return 0;
}
catch (RefusedException refused)
{
    Console.Error.WriteLine($"error: {RefusalCatalogue.Of(refused.Code).Audit}: {refused.Detail}");
    return 1;
}
catch (IOException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

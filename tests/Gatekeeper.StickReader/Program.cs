using System.Globalization;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Release;
using Gatekeeper.StickReader;

// The process boundary of a measuring program for the comparison guest: the product's own gate, pump and boundary, and nothing behind them.
try
{
    switch (args)
    {
        case [StickChild.PumpRole]:
            return PumpProgram.Run(StickChild.Socket);
        case ["read", string mebibytes] when int.TryParse(mebibytes, NumberStyles.None, CultureInfo.InvariantCulture, out int count):
            Console.WriteLine(Measurement.Take(count));
            return 0;
        default:
            Console.Error.WriteLine("error: no such command");
            Console.Error.WriteLine("hint: stick-reader read MIB, then plug a stick; all ports must be shut");
            return 2;
    }
}
catch (RefusedException refused)
{
    Console.Error.WriteLine($"error: {RefusalCatalogue.Of(refused.Code).Audit}: {refused.Detail}");
    return 1;
}

using Gatekeeper.Linux.Processes;
using Gatekeeper.Linux.Tests.Sandbox;

// The tests of the sandbox start this assembly again as the child that is confined. The test host never comes here.
return args switch
{
    [StickChild.PumpRole] => PumpProgram.Run(StickChild.Socket),
    [StickChild.WalkerRole] => WalkerProgram.Run(StickChild.Socket),
    [Captive.Role, string how] => Captive.Run(how),
    [Keeper.Role] => Keeper.Run(),
    _ => 64,
};

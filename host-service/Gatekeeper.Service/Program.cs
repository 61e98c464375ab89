using Gatekeeper.Linux.Processes;
using Gatekeeper.Service;

// One program, three roles: the children are this file again, unprivileged, so that there is one thing to sign and to load.
return args switch
{
    [] => Daemon.Run(),
    [StickChild.PumpRole] => PumpProgram.Run(StickChild.Socket),
    [StickChild.WalkerRole] => WalkerProgram.Run(StickChild.Socket),
    _ => Daemon.Usage(),
};

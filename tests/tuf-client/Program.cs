using Gatekeeper.TufClient;

return await ClientCommands.RunAsync(args, Console.Out, Console.Error, TimeProvider.System).ConfigureAwait(false);

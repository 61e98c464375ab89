using Gatekeeper.Cli;

return CommandTree.Build(Console.Out, Console.Error, ControlClient.Ask).Parse(args).Invoke();

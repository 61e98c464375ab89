using Gatekeeper.Cli;

return CommandTree.Build(Console.Out, Console.Error, ControlClient.Ask, PinPrompt.Read).Parse(args).Invoke();

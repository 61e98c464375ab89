using System.CommandLine;

namespace Gatekeeper.Signing.Commands;

/// <summary>The commands of <c>gatekeeper-sign</c>.</summary>
internal static class CommandTree
{
    private const string About =
        """
        Makes, signs and checks releases for devices behind Gatekeeper.

        No command uses the clock or the network: every time is an argument, and the same inputs give the same bytes.
        Passphrases come from --passphrase-file, from GATEKEEPER_PASSPHRASE or from a prompt, never from the command line.

        Exit codes:
          0  done
          1  a mistake in gatekeeper-sign itself
          2  the command line is wrong
          3  a device would refuse the file
          4  an input file is missing, unreadable or not what its option asks for
          5  no passphrase, or the wrong one
          6  signatures are missing, or a key belongs to no role
          7  the output exists, cannot be written or may not be overwritten
        """;

    /// <summary>Builds the tree around one console.</summary>
    internal static RootCommand Build(ToolConsole console)
    {
        var json = new Option<bool>("--json") { Description = "answer with one JSON object, for scripts", Recursive = true };
        var root = new RootCommand(About);
        root.Options.Add(json);
        var frame = new CommandFrame(console, json);
        root.Subcommands.Add(KeyCommands.Build(frame));
        root.Subcommands.Add(RootCommands.Build(frame));
        root.Subcommands.Add(ReleaseCommands.Build(frame));
        root.Subcommands.Add(PermitCommands.Build(frame));
        root.Subcommands.Add(SiteCommands.Build(frame));
        root.Subcommands.Add(ApprovalCommands.Approve(frame));
        root.Subcommands.Add(ApprovalCommands.Withdraw(frame));
        root.Subcommands.Add(InspectCommand.Build(frame));
        root.Subcommands.Add(VerifyCommand.Build(frame));
        root.Subcommands.Add(StickCommands.Build(frame));
        return root;
    }
}

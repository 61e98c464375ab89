using System.CommandLine;
using Gatekeeper.Signing.Ceremony;
using Gatekeeper.Signing.Keys;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>key public</c>: the public key of a key that lives elsewhere, as roots take it.</summary>
internal static class KeyPublicCommand
{
    private const int MaxPemBytes = 16 * 1024;

    internal static Command Build(CommandFrame frame)
    {
        var file = new Argument<string>("pem") { Description = "the public key, -----BEGIN PUBLIC KEY-----, as openssl and others write it" };
        var output = new Option<string>("--out") { Description = "the public key file to make, NAME.pub.json", Required = true, HelpName = "FILE" };
        var command = new Command("public", "take over the public key of a key that another program or device holds") { file, output };
        return frame.Does(command, parse =>
        {
            (string path, string made) = (parse.GetRequiredValue(file), parse.GetRequiredValue(output));
            OutputFile.ExpectNew(made);
            Release.TufKey key;
            try
            {
                key = PublicPem.Read(InputFile.ReadText(path, MaxPemBytes, "a public key"));
            }
            catch (FormatException e)
            {
                throw new ToolException(ExitCode.Input, $"{path} is not a public key: {e.Message}", "openssl pkey -pubout writes one: ed25519, ECDSA on P-256 or P-384, RSA");
            }

            OutputFile.MakeFolderOf(made);
            OutputFile.WriteNew(made, KeyFiles.WritePublic(key));
            return new Report().Line($"public key  {made}").Fact("public_key", made).Describe(key);
        });
    }
}

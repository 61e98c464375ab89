using System.CommandLine;
using System.Text;
using Gatekeeper.Signing.Keys;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>key new</c>.</summary>
internal static class KeyCommands
{
    internal static Command Build(CommandFrame frame)
    {
        var file = new Option<string>("--out") { Description = "the private key's file; the public key goes beside it as NAME.pub.json", Required = true, HelpName = "FILE" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var make = new Command("new", "make an ed25519 key: an encrypted private key and its public key") { file, passphrases };
        frame.Does(make, parse => New(parse.GetRequiredValue(file), frame.Passphrases(parse, passphrases)));
        return new Command("key", "keys of people who sign") { make };
    }

    private static Report New(string file, Passphrases passphrases)
    {
        string publicFile = KeyFiles.PublicName(file);
        OutputFile.ExpectNew(file);
        OutputFile.ExpectNew(publicFile);
        string passphrase = passphrases.ForNewKey(file);
        using SigningKey key = SigningKey.Generate();
        OutputFile.MakeFolderOf(file);
        OutputFile.WriteNew(file, Encoding.ASCII.GetBytes(key.ToPem(passphrase)), secret: true);
        OutputFile.WriteNew(publicFile, KeyFiles.WritePublic(key.Public));
        return new Report()
            .Line($"private key {file} (keep it and its passphrase apart from each other)")
            .Line($"public key  {publicFile}")
            .Line($"key id      {key.Public.KeyId}")
            .Fact("private_key", file)
            .Fact("public_key", publicFile)
            .Fact("key_id", key.Public.KeyId);
    }
}

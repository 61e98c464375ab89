using System.CommandLine;
using System.Text;
using Gatekeeper.Signing.Keys;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>key new</c>; <c>key revoke</c> stands with the other changes of a root.</summary>
internal static class KeyCommands
{
    internal static Command Build(CommandFrame frame)
    {
        var file = new Option<string>("--out") { Description = "the private key's file; the public key goes beside it as NAME.pub.json", Required = true, HelpName = "FILE" };
        var type = new Option<string>("--type") { Description = $"{KeyTypes.All}; ed25519 when not given", HelpName = "TYPE" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var make = new Command("new", "make a key: an encrypted private key and its public key") { file, type, passphrases };
        frame.Does(make, parse => New(parse.GetRequiredValue(file), KeyTypes.Parse(parse.GetValue(type) ?? "ed25519"), frame.Passphrases(parse, passphrases)));
        return new Command("key", "keys of people who sign") { make, RootChangeCommands.Revoke(frame) };
    }

    private static Report New(string file, KeyType type, Passphrases passphrases)
    {
        string publicFile = KeyFiles.PublicName(file);
        OutputFile.ExpectNew(file);
        OutputFile.ExpectNew(publicFile);
        string passphrase = passphrases.ForNewKey(file);
        using SigningKey key = SigningKey.Generate(type);
        OutputFile.MakeFolderOf(file);
        OutputFile.WriteNew(file, Encoding.ASCII.GetBytes(key.ToPem(passphrase)), secret: true);
        OutputFile.WriteNew(publicFile, KeyFiles.WritePublic(key.Public));
        return new Report()
            .Line($"private key {file} (keep it and its passphrase apart from each other)")
            .Line($"public key  {publicFile}")
            .Line($"key id      {key.Public.KeyId}")
            .Line($"scheme      {key.Public.Scheme}")
            .Fact("private_key", file)
            .Fact("public_key", publicFile)
            .Fact("key_id", key.Public.KeyId)
            .Fact("scheme", key.Public.Scheme);
    }
}

namespace Gatekeeper.Linux;

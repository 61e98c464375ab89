namespace Gatekeeper.Update;

namespace Gatekeeper.PortGate;

using Ctm.Cli;

using var interruption = new Interruption();
return CommandLine.Run(args, Terminal.OfConsole(interruption.Token));

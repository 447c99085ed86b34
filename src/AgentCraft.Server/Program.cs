using System.CommandLine;
using AgentCraft.Server.Cli;

return await (StdioServing.StartOf(args) is { } start ? StdioServing.Run(start) : RunCommand(args));

static Task<int> RunCommand(string[] args) => CommandLine.Run(args, new RootCommand("AgentCraft: the memory that AI coding agents share.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    DoctorCommand.Create(),
    ToolsCommand.Create(),
    BackupCommand.Create(),
    HandoverCommand.Create(),
    ConfigCommand.Create(),
});

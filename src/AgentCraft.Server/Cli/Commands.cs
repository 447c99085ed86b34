using System.CommandLine;

namespace AgentCraft.Server.Cli;

/// <summary>All commands.</summary>
internal static class Commands
{
    public static RootCommand Create() => new("AgentCraft: the memory that AI coding agents share.\n\nExample: agentcraft serve --http")
    {
        ServeCommand.Create(),
        HealthCommand.Create(),
        InitCommand.Create(),
        InstallCommand.Create(),
        StatusCommand.Create(),
        TailCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
        MoveCommand.Create(),
        DemoCommand.Create(),
        DoctorCommand.Create(),
        ToolsCommand.Create(),
        BackupCommand.Create(),
        TokenCommand.Create(),
        AuditCommand.Create(),
        MigrateCommand.Create(),
        ArchiveCommand.Create(),
        HandoverCommand.Create(),
        ConfigCommand.Create(),
        CompletionCommand.Create(),
    };
}

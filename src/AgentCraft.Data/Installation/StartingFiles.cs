namespace AgentCraft.Data.Installation;

/// <summary>The files with which a project begins. Nothing of them is needed: servers make what they need.</summary>
internal static class StartingFiles
{
    /// <summary>All of them, by path.</summary>
    public static IReadOnlyList<(string Path, string About, string Text)> All { get; } =
    [
        (".agentcraft/config.json", "settings, all commented out: yours to change and to commit", Config.ReplaceLineEndings("\n")),
        (".agentcraft/.gitignore", "keeps the data out of git, and your settings in", Ignored.ReplaceLineEndings("\n")),
        (".agents/.gitignore", "keeps what agents store, and their workspaces, out of git", "# Agents' own data and workspaces, made by AgentCraft: not for git.\n*\n!.gitignore\n"),
    ];

    /// <summary>Every line of a setting is the default, so that taking the marks away changes nothing.</summary>
    private const string Config = """
        // Settings of AgentCraft in this project. All are commented out, so the defaults count. The README has the table of all settings;
        // agentcraft config show says what counts now and why, agentcraft config check what is wrong.
        {
          // Which tools agents are offered: "core", names with commas between as in "core,tasks,claims", or "all".
          // "toolsets": "core",

          // True offers only the tools that read.
          // "readOnly": false,

          // Where the newest published hand-over is written, inside the project.
          // "handover": { "path": ".agentcraft/handover.md" },

          // Backups that servers make by themselves: seconds between two, and how many are kept.
          // "backup": { "interval": 3600, "maxBackups": 24 },

          // After how many days an ended session becomes archived.
          // "sessions": { "archiveDays": 30 },

          // How many seconds an agent counts as live after its last call.
          // "agents": { "liveSeconds": 300 }
        }

        """;

    private const string Ignored = """
        # What AgentCraft stores here is not for git; settings and configuration files are.
        *
        !.gitignore
        !config.json
        !configs/
        !configs/**
        !schemas/
        !schemas/**
        # The newest published hand-over: take the mark away to commit it.
        # !handover.md

        """;
}

using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// The tables <c>user_templates</c> and <c>user_rules</c>: templates and rules as they were last read, known by the SHA-256 of their files.
/// They are what a document's template is read from when its file has gone.
/// </summary>
internal static class TemplateCache
{
    /// <summary>Keeps what was read, if it is not what was read before.</summary>
    public static void Keep(Connection c, string keeper, HandoverKit kit)
    {
        c.Execute("""
            INSERT INTO user_templates (id, agent_id, template_name, template_content, file_path, file_hash, last_modified, created_at)
            VALUES (@Id, @Keeper, @Name, @Text, @Path, @Hash, @Modified, @Now)
            ON CONFLICT (agent_id, template_name) DO UPDATE
            SET template_content = @Text, file_path = @Path, file_hash = @Hash, last_modified = @Modified
            WHERE user_templates.file_hash <> @Hash OR user_templates.file_path <> @Path
            """, new { Id = Ids.New("template", c.Time.Now), Keeper = keeper, kit.File.Name, kit.File.Text, kit.File.Path, kit.File.Hash, kit.File.Modified, c.Time.Now });
        if (kit.RuleFile is { } file && !IsKept(c, keeper, file))
            KeepRules(c, keeper, file, kit.RuleTexts);
    }

    /// <summary>A template as it was last read; null when it never was.</summary>
    public static ConfigFile? Find(Connection c, string keeper, string name) => c.First<CachedTemplate>("""
        SELECT template_name, template_content, file_path, last_modified FROM user_templates WHERE agent_id = @Keeper AND template_name = @Name
        """, new { Keeper = keeper, Name = name }) is { } row ? new(row.TemplateName, row.FilePath, row.TemplateContent, row.LastModified) : null;

    private static bool IsKept(Connection c, string keeper, ConfigFile file) => c.First<long>(
        "SELECT count(*) FROM user_rules WHERE agent_id = @Keeper AND file_path = @Path AND file_hash = @Hash",
        new { Keeper = keeper, file.Path, file.Hash }) > 0;

    private static void KeepRules(Connection c, string keeper, ConfigFile file, IReadOnlyList<(HandoverRule Rule, string Text)> rules)
    {
        c.Execute("DELETE FROM user_rules WHERE agent_id = @Keeper AND file_path = @Path", new { Keeper = keeper, file.Path });
        foreach ((HandoverRule rule, string text) in rules)
            c.Execute("""
                INSERT INTO user_rules (id, agent_id, rule_name, rule_type, rule_content, file_path, file_hash, last_modified, created_at)
                VALUES (@Id, @Keeper, @Name, @Type, @Text, @Path, @Hash, @Modified, @Now)
                """, new { Id = Ids.New("rule", c.Time.Now), Keeper = keeper, rule.Name, rule.Type, Text = text, file.Path, file.Hash, file.Modified, c.Time.Now });
    }

    private sealed class CachedTemplate
    {
        public string TemplateName { get; init; } = "";
        public string TemplateContent { get; init; } = "";
        public string FilePath { get; init; } = "";
        public DateTimeOffset? LastModified { get; init; }
    }
}

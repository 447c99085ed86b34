using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using AgentCraft.Data.Configuration;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

/// <summary>The README's table of settings has each of them, with its default, and none that there is not.</summary>
public sealed class SettingsTableTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "README.md")).ReplaceLineEndings("\n");

    [Fact]
    public void The_table_has_every_setting_and_no_other()
    {
        string[] settings = [.. All().Select(setting => setting.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(settings, Table().Select(row => row.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_has_the_defaults()
    {
        Dictionary<string, string> told = Table().ToDictionary(row => row.Name, row => row.Default);
        Assert.All(All(), setting => Assert.True(setting.Value is null or "" or ICollection { Count: 0 } ? !told[setting.Name].StartsWith('`')
            : told[setting.Name] == $"`{Shown(setting.Value)}`", $"{setting.Name}: the README says {told[setting.Name]}, it is {Shown(setting.Value)}."));
    }

    [Fact]
    public void Every_name_of_the_plan_is_told() => Assert.All(SettingsFile.Aliases.Keys, name => Assert.Contains($"`{name}`", Readme, StringComparison.Ordinal));

    private static IEnumerable<(string Name, string Default)> Table()
    {
        string section = Regex.Match(Readme, @"\n## Settings\n(?<text>[^\0]*?)\n## ").Groups["text"].Value;
        foreach (Match row in Regex.Matches(section, @"(?m)^\| (?<names>`[^|]*`) \| (?<default>[^|]*) \|"))
            foreach (Match name in Regex.Matches(row.Groups["names"].Value, "`([^`]+)`"))
                yield return (name.Groups[1].Value, row.Groups["default"].Value);
    }

    private static IEnumerable<(string Name, object? Value)> All(object? settings = null, string prefix = "")
    {
        settings ??= new Settings();
        foreach (PropertyInfo property in settings.GetType().GetProperties().Where(property => property.CanWrite))
        {
            string name = prefix + char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            object? value = property.GetValue(settings);
            if (value?.GetType().Name.EndsWith("Settings", StringComparison.Ordinal) != true)
                yield return (name, value);
            else
                foreach ((string, object?) inner in All(value, name + "."))
                    yield return inner;
        }
    }

    private static string Shown(object? value) => value is bool or Enum ? value.ToString()!.ToLowerInvariant() : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}

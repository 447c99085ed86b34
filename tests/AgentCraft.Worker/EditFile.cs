using System.Globalization;
using AgentCraft.Data.Storage;

namespace AgentCraft.Worker;

/// <summary>Counts up in a file that others count up in too, or keeps the right to change it until the end of stdin.</summary>
internal static class EditFile
{
    public static int Run(string file, Options options)
    {
        for (int i = 0; i < options.Count; i++)
        {
            using FileEdit edit = FileEdit.Begin(file, TimeSpan.FromSeconds(30));
            int count = int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
            edit.Write((count + 1).ToString(CultureInfo.InvariantCulture));
        }
        Say.Line("done");
        return 0;
    }

    public static async Task<int> Hold(string file)
    {
        using FileEdit edit = FileEdit.Begin(file);
        Say.Line("held");
        await Say.Ended();
        return 0;
    }
}

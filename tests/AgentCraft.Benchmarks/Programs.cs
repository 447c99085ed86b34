using System.ComponentModel;
using System.Diagnostics;

namespace AgentCraft.Benchmarks;

/// <summary>Programs that are run to their end, and what the system says of those that run.</summary>
internal static class Programs
{
    private const int TicksPerSecond = 100;

    /// <summary>Runs it; null when it succeeded, else why not.</summary>
    public static async Task<string?> Run(string directory, string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.StandardInput.Close();
            string[] output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : $"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}:\n{string.Concat(output).Trim()}";
        }
        catch (Win32Exception)
        {
            return $"{program} is not installed";
        }
    }

    /// <summary>What the process holds in memory now, in MB.</summary>
    public static double ResidentMegabytes(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024 / 1e6;
    }

    /// <summary>What the process would free by its end: its own pages, and of those that it shares with others its part; both in MB.</summary>
    public static (double Proportional, double Private) OwnMegabytes(int pid)
    {
        Dictionary<string, double> sizes = File.ReadLines($"/proc/{pid}/smaps_rollup").Skip(1).Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => double.Parse(words[1]) * 1024 / 1e6);
        return (sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"]);
    }

    /// <summary>The processor time that it has used, in seconds, with that of children that have ended.</summary>
    public static double ProcessorSeconds(int pid)
    {
        // utime, stime and the same of children.
        string[] fields = Stat(pid);
        return fields.Length == 0 ? 0 : fields[11..15].Sum(double.Parse) / TicksPerSecond;
    }

    /// <summary>The parent of a process of that name on this machine; 0 when there is no such process here.</summary>
    public static int ParentOf(int pid, string name) =>
        File.Exists($"/proc/{pid}/comm") && File.ReadAllText($"/proc/{pid}/comm").Trim() == name ? int.Parse(Stat(pid)[1]) : 0;

    /// <summary>A process and those that it has started and that run now.</summary>
    public static IReadOnlyList<int> WithChildren(int pid) =>
    [
        pid,
        .. Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out int other) ? other : 0)
            .Where(other => other > 0 && Stat(other) is { Length: > 1 } fields && fields[1] == $"{pid}"),
    ];

    /// <summary>From the state on, which is the first after the name in parentheses, which may hold anything; none for a process that is gone.</summary>
    private static string[] Stat(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}

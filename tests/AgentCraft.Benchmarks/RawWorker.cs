using System.Diagnostics;
using System.Globalization;

namespace AgentCraft.Benchmarks;

/// <summary>
/// A raw program as a process of its own, since the product's are too. Each line of its input is one of: <c>commit COUNT</c>, one after the
/// other; <c>paced COUNT INTERVAL PHASE</c>, one every so many ms; <c>for MS</c>, as many as can be; <c>count</c>, how many there are. The answer is a line of
/// numbers: how many ms each took.
/// </summary>
internal static class RawWorker
{
    /// <summary>The argument that makes this program one; the file is named after it.</summary>
    public const string Command = "--raw";

    public static int Run(string file)
    {
        using RawStore store = new(file);
        Answer([0]);
        while (Console.In.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            double[] numbers = [.. words.Skip(1).Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
            Answer(words[0] switch
            {
                "commit" => [.. Enumerable.Range(0, (int)numbers[0]).Select(_ => store.Commit())],
                "paced" => Paced(store, (int)numbers[0], numbers[1], numbers[2]),
                "for" => For(store, TimeSpan.FromMilliseconds(numbers[0])),
                _ => [store.Count()],
            });
        }
        return 0;
    }

    private static double[] Paced(RawStore store, int count, double interval, double phase)
    {
        long begin = Stopwatch.GetTimestamp();
        double[] times = new double[count];
        for (int i = 0; i < count; i++)
        {
            double early = phase + (i * interval) - Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            if (early > 0)
                Thread.Sleep(TimeSpan.FromMilliseconds(early));
            times[i] = store.Commit();
        }
        return times;
    }

    private static double[] For(RawStore store, TimeSpan duration)
    {
        List<double> times = [];
        for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < duration;)
            times.Add(store.Commit());
        return [.. times];
    }

    private static void Answer(IEnumerable<double> numbers)
    {
        Console.Out.WriteLine(string.Join(' ', numbers.Select(number => number.ToString("0.####", CultureInfo.InvariantCulture))));
        Console.Out.Flush();
    }
}

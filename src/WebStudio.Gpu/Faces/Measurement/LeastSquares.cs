namespace WebStudio.Gpu.Faces.Measurement;

/// <summary>Small non-linear least squares by the Levenberg-Marquardt method, with derivatives by central differences.</summary>
internal static class LeastSquares
{
    private const double Step = 1e-6;

    /// <summary>The parameters near <paramref name="start"/> that minimise the sum of squared residuals.</summary>
    /// <param name="residuals">Residuals of given parameters; always the same number of them.</param>
    /// <param name="start">Where to begin; of the order of 1 each.</param>
    /// <param name="iterations">Most steps.</param>
    public static double[] Minimize(Func<double[], double[]> residuals, double[] start, int iterations = 30)
    {
        var best = (double[])start.Clone();
        var r = residuals(best);
        var (cost, damping) = (Square(r), 1e-3);
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            var (normal, gradient) = Linearize(residuals, best, r.Length);
            double[]? candidate = null;
            var improved = false;
            for (var attempt = 0; attempt < 8 && !improved; attempt++, damping *= improved ? 1 : 6)
            {
                candidate = Subtract(best, SolveDamped(normal, gradient, damping));
                improved = Square(residuals(candidate)) < cost;
            }
            if (!improved)
                break;
            best = candidate!;
            r = residuals(best);
            var next = Square(r);
            var done = cost - next < 1e-10 * cost;
            (cost, damping) = (next, Math.Max(damping / 10, 1e-9));
            if (done)
                break;
        }
        return best;
    }

    private static double Square(double[] r) => r.Sum(v => v * v);

    private static double[] Subtract(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    /// <summary>JᵀJ and Jᵀr at the given parameters.</summary>
    private static (double[,] Normal, double[] Gradient) Linearize(Func<double[], double[]> residuals, double[] p, int count)
    {
        var r = residuals(p);
        var columns = new double[p.Length][];
        for (var i = 0; i < p.Length; i++)
        {
            var (up, down) = ((double[])p.Clone(), (double[])p.Clone());
            up[i] += Step;
            down[i] -= Step;
            columns[i] = [.. residuals(up).Zip(residuals(down), (a, b) => (a - b) / (2 * Step))];
        }
        var normal = new double[p.Length, p.Length];
        var gradient = new double[p.Length];
        for (var i = 0; i < p.Length; i++)
            for (var k = 0; k < count; k++)
            {
                gradient[i] += columns[i][k] * r[k];
                for (var j = 0; j < p.Length; j++)
                    normal[i, j] += columns[i][k] * columns[j][k];
            }
        return (normal, gradient);
    }

    /// <summary>Solves (A + damping · diag A) x = b by Cholesky's method.</summary>
    private static double[] SolveDamped(double[,] a, double[] b, double damping)
    {
        var n = b.Length;
        var l = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = i == j ? a[i, i] * (1 + damping) + 1e-12 : a[i, j];
                for (var k = 0; k < j; k++)
                    sum -= l[i, k] * l[j, k];
                l[i, j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / l[j, j];
            }
        var x = (double[])b.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
                x[i] -= l[i, k] * x[k];
            x[i] /= l[i, i];
        }
        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                x[i] -= l[k, i] * x[k];
            x[i] /= l[i, i];
        }
        return x;
    }
}

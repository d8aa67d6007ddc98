using System.Runtime.CompilerServices;
using RNNPool.Edge.Models.Engine.Vectors;

namespace RNNPool.Edge.Models.Engine.Kernels;

/// <summary>
/// Convolutions with 1x1 and 3x3 kernels, with one output in each int32 lane. Four cells are computed together: the weights of up to
/// three vectors of outputs are loaded once for the four; every group of inputs is loaded into all lanes at once.
/// </summary>
internal static unsafe class ConvolutionKernel<TOps, TMap, V>
    where TOps : struct, IVectorOps<V>
    where TMap : struct, IMapOps<V>
    where V : unmanaged
{
    private const int Block = 4,
        MostVectors = 3;

    /// <remarks>
    /// The cells are written in ascending order: a vector that is longer than a cell also overwrites what follows, which is written later.
    /// </remarks>
    public static void Run(ref ConvolutionArguments arguments)
    {
        ConvolutionArguments a = arguments;
        V* sums = stackalloc V[Block * MostVectors];
        byte** cells = stackalloc byte*[3 * Block];
        int x = 0,
            y = 0;
        for (int cell = 0; cell < a.Cells; cell += Block)
        {
            int first = cell;
            if (cell + Block > a.Cells)
            {
                first = Math.Max(0, a.Cells - Block);
                (y, x) = Math.DivRem(first, a.Width);
            }

            for (int i = 0; i < Block; i++)
            {
                cells[i] = a.Input + (y * a.InputRow) + (x * a.InputCell);
                cells[Block + i] = a.Output + (y * a.OutputRow) + (x * a.OutputCell);
                cells[(2 * Block) + i] = a.Residual + (y * a.ResidualRow) + (x * a.ResidualCell);
                if (first + i + 1 < a.Cells && ++x == a.Width)
                {
                    x = 0;
                    y++;
                }
            }

            for (int v = 0; v < a.Vectors; )
            {
                int left = a.Vectors - v,
                    count = left is 3 or > 4 ? 3 : Math.Min(left, 2);
                V* parameters = (V*)a.Parameters + (3 * v);
                byte* weights = a.Weights + ((nint)v * a.Runs * a.Groups * sizeof(V));
                if (count == 3)
                    SumThree(&a, cells, weights, parameters, sums);
                else if (count == 2)
                    SumTwo(&a, cells, weights, parameters, sums);
                else
                    SumOne(&a, cells, weights, parameters, sums);
                Store(&a, cells + Block, parameters, sums, v, count);
                v += count;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumThree(ConvolutionArguments* a, byte** cells, byte* weights, V* parameters, V* sums)
    {
        V a0 = TOps.Load(parameters),
            a1 = TOps.Load(parameters + 3),
            a2 = TOps.Load(parameters + 6);
        V b0 = a0,
            b1 = a1,
            b2 = a2,
            c0 = a0,
            c1 = a1,
            c2 = a2,
            d0 = a0,
            d1 = a1,
            d2 = a2;
        byte* xa = cells[0];
        byte* xb = cells[1];
        byte* xc = cells[2];
        byte* xd = cells[3];
        nint vector = (nint)a->Runs * a->Groups * sizeof(V),
            last = 4 * (nint)a->Groups;
        for (int run = a->Runs; run > 0; run--)
        {
            for (nint at = 0; at < last; at += 4)
            {
                V w0 = TOps.Load(weights),
                    w1 = TOps.Load(weights + vector),
                    w2 = TOps.Load(weights + (2 * vector));
                weights += sizeof(V);
                V x = TOps.Broadcast(*(int*)(xa + at));
                a0 = TMap.Dot(a0, x, w0);
                a1 = TMap.Dot(a1, x, w1);
                a2 = TMap.Dot(a2, x, w2);
                x = TOps.Broadcast(*(int*)(xb + at));
                b0 = TMap.Dot(b0, x, w0);
                b1 = TMap.Dot(b1, x, w1);
                b2 = TMap.Dot(b2, x, w2);
                x = TOps.Broadcast(*(int*)(xc + at));
                c0 = TMap.Dot(c0, x, w0);
                c1 = TMap.Dot(c1, x, w1);
                c2 = TMap.Dot(c2, x, w2);
                x = TOps.Broadcast(*(int*)(xd + at));
                d0 = TMap.Dot(d0, x, w0);
                d1 = TMap.Dot(d1, x, w1);
                d2 = TMap.Dot(d2, x, w2);
            }

            xa += a->RunStep;
            xb += a->RunStep;
            xc += a->RunStep;
            xd += a->RunStep;
        }

        Keep(sums, a0, b0, c0, d0);
        Keep(sums + 4, a1, b1, c1, d1);
        Keep(sums + 8, a2, b2, c2, d2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumTwo(ConvolutionArguments* a, byte** cells, byte* weights, V* parameters, V* sums)
    {
        V a0 = TOps.Load(parameters),
            a1 = TOps.Load(parameters + 3);
        V b0 = a0,
            b1 = a1,
            c0 = a0,
            c1 = a1,
            d0 = a0,
            d1 = a1;
        byte* xa = cells[0];
        byte* xb = cells[1];
        byte* xc = cells[2];
        byte* xd = cells[3];
        nint vector = (nint)a->Runs * a->Groups * sizeof(V),
            last = 4 * (nint)a->Groups;
        for (int run = a->Runs; run > 0; run--)
        {
            for (nint at = 0; at < last; at += 4)
            {
                V w0 = TOps.Load(weights),
                    w1 = TOps.Load(weights + vector);
                weights += sizeof(V);
                V x = TOps.Broadcast(*(int*)(xa + at));
                a0 = TMap.Dot(a0, x, w0);
                a1 = TMap.Dot(a1, x, w1);
                x = TOps.Broadcast(*(int*)(xb + at));
                b0 = TMap.Dot(b0, x, w0);
                b1 = TMap.Dot(b1, x, w1);
                x = TOps.Broadcast(*(int*)(xc + at));
                c0 = TMap.Dot(c0, x, w0);
                c1 = TMap.Dot(c1, x, w1);
                x = TOps.Broadcast(*(int*)(xd + at));
                d0 = TMap.Dot(d0, x, w0);
                d1 = TMap.Dot(d1, x, w1);
            }

            xa += a->RunStep;
            xb += a->RunStep;
            xc += a->RunStep;
            xd += a->RunStep;
        }

        Keep(sums, a0, b0, c0, d0);
        Keep(sums + 4, a1, b1, c1, d1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOne(ConvolutionArguments* a, byte** cells, byte* weights, V* parameters, V* sums)
    {
        V a0 = TOps.Load(parameters);
        V b0 = a0,
            c0 = a0,
            d0 = a0;
        byte* xa = cells[0];
        byte* xb = cells[1];
        byte* xc = cells[2];
        byte* xd = cells[3];
        nint last = 4 * (nint)a->Groups;
        for (int run = a->Runs; run > 0; run--)
        {
            for (nint at = 0; at < last; at += 4)
            {
                V w0 = TOps.Load(weights);
                weights += sizeof(V);
                a0 = TMap.Dot(a0, TOps.Broadcast(*(int*)(xa + at)), w0);
                b0 = TMap.Dot(b0, TOps.Broadcast(*(int*)(xb + at)), w0);
                c0 = TMap.Dot(c0, TOps.Broadcast(*(int*)(xc + at)), w0);
                d0 = TMap.Dot(d0, TOps.Broadcast(*(int*)(xd + at)), w0);
            }

            xa += a->RunStep;
            xb += a->RunStep;
            xc += a->RunStep;
            xd += a->RunStep;
        }

        Keep(sums, a0, b0, c0, d0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(V* sums, V a, V b, V c, V d)
    {
        TOps.Store(sums, a);
        TOps.Store(sums + 1, b);
        TOps.Store(sums + 2, c);
        TOps.Store(sums + 3, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(ConvolutionArguments* a, byte** outputs, V* parameters, V* sums, int v, int count)
    {
        for (int i = 0; i < count; i++, v++, parameters += 3, sums += Block)
        {
            int first = v == a->Vectors - 1 ? a->LastOutput : v * TOps.Lanes;
            nint at = (nint)first * a->OutputElement;
            V m = TOps.Load(parameters + 1),
                odd = TOps.Load(parameters + 2);
            switch (a->Finish)
            {
                case Finish.Map:
                    V offset = TOps.Broadcast(a->Offset);
                    for (int cell = 0; cell < Block; cell++)
                        TMap.StoreInts(outputs[cell] + at, TOps.Add(TOps.MulHi(TOps.Load(sums + cell), m, odd), offset));
                    break;
                case Finish.Residual:
                    for (int cell = 0; cell < Block; cell++)
                    {
                        V residual = TMap.LoadInts(outputs[Block + cell] + at);
                        TMap.StoreInts(outputs[cell] + at, TOps.Add(TOps.MulHi(TOps.Load(sums + cell), m, odd), residual));
                    }

                    break;
                case Finish.Words:
                    for (int cell = 0; cell < Block; cell++)
                        TOps.StoreWords((short*)(outputs[cell] + at), TOps.MulHi(TOps.Load(sums + cell), m, odd));
                    break;
                default:
                    for (int cell = 0; cell < Block; cell++)
                        TOps.StoreWords((short*)(outputs[cell] + at), TOps.ShiftRight(TOps.Load(sums + cell), a->Shift));
                    break;
            }
        }
    }
}

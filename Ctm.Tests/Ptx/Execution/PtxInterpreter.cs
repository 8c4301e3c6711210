using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ctm.Tests.Ptx.Execution;

/// <summary>Why a thread stopped.</summary>
internal enum PtxStop
{
    Ended,
    Barrier,
}

/// <summary>
/// Runs one thread until it ends or comes to a barrier. A row holds the thread's registers, 32-bit ones with zeros above. Approximate
/// functions are computed exactly, and products and sums are rounded each for itself: what a GPU adds to that is not modelled.
/// </summary>
internal sealed unsafe class PtxInterpreter(PtxProgram program, PtxMemory memory)
{
    /// <summary>Instructions carried out.</summary>
    public long Steps { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public PtxStop Run(ulong* r, ref int place, int thread)
    {
        PtxOperation[] operations = program.Operations;
        int pc = place;
        long steps = 0;
        while (true)
        {
            steps++;
            ref readonly PtxOperation o = ref operations[pc];
            pc++;
            if (o.Predicate >= 0 && (r[o.Predicate] != 0) == o.Negated)
            {
                continue;
            }

            switch (o.Code)
            {
                case PtxCode.Load: memory.Load(o, pc - 1, r, thread); break;
                case PtxCode.Store: memory.Store(o, pc - 1, r, thread); break;
                case PtxCode.Branch: pc = o.Target; break;
                case PtxCode.BranchTable: pc = program.Tables[o.Target][(int)r[o.A]]; break;
                case PtxCode.Return: (place, Steps) = (pc, Steps + steps); return PtxStop.Ended;
                case PtxCode.Barrier: (place, Steps) = (pc, Steps + steps); return PtxStop.Barrier;
                case PtxCode.Nothing: break;
                case PtxCode.Move32: r[o.D0] = (uint)r[o.A]; break;
                case PtxCode.Move64 or PtxCode.MovePredicate: r[o.D0] = r[o.A]; break;
                case PtxCode.AddF32: r[o.D0] = Bits(F(r[o.A]) + F(r[o.B])); break;
                case PtxCode.SubF32: r[o.D0] = Bits(F(r[o.A]) - F(r[o.B])); break;
                case PtxCode.MulF32: r[o.D0] = Bits(F(r[o.A]) * F(r[o.B])); break;
                case PtxCode.DivF32: r[o.D0] = Bits(F(r[o.A]) / F(r[o.B])); break;
                case PtxCode.FmaF32: r[o.D0] = Bits(MathF.FusedMultiplyAdd(F(r[o.A]), F(r[o.B]), F(r[o.C]))); break;
                case PtxCode.NegF32: r[o.D0] = Bits(-F(r[o.A])); break;
                case PtxCode.AbsF32: r[o.D0] = Bits(MathF.Abs(F(r[o.A]))); break;

                // Of a number and NaN, PTX takes the number.
                case PtxCode.MinF32: r[o.D0] = Bits(float.MinNumber(F(r[o.A]), F(r[o.B]))); break;
                case PtxCode.MaxF32: r[o.D0] = Bits(float.MaxNumber(F(r[o.A]), F(r[o.B]))); break;
                case PtxCode.SqrtF32: r[o.D0] = Bits(MathF.Sqrt(F(r[o.A]))); break;
                case PtxCode.RsqrtF32: r[o.D0] = Bits(1f / MathF.Sqrt(F(r[o.A]))); break;
                case PtxCode.RcpF32: r[o.D0] = Bits(1f / F(r[o.A])); break;
                case PtxCode.Ex2F32: r[o.D0] = Bits((float)Math.Pow(2.0, F(r[o.A]))); break;
                case PtxCode.Lg2F32: r[o.D0] = Bits((float)Math.Log2(F(r[o.A]))); break;
                case PtxCode.SinF32: r[o.D0] = Bits((float)Math.Sin(F(r[o.A]))); break;
                case PtxCode.CosF32: r[o.D0] = Bits((float)Math.Cos(F(r[o.A]))); break;
                case PtxCode.FloorF32: r[o.D0] = Bits(MathF.Floor(F(r[o.A]))); break;
                case PtxCode.CeilingF32: r[o.D0] = Bits(MathF.Ceiling(F(r[o.A]))); break;
                case PtxCode.TruncateF32: r[o.D0] = Bits(MathF.Truncate(F(r[o.A]))); break;
                case PtxCode.RoundF32: r[o.D0] = Bits(MathF.Round(F(r[o.A]), MidpointRounding.ToEven)); break;
                case PtxCode.Add32: r[o.D0] = (uint)(r[o.A] + r[o.B]); break;
                case PtxCode.Sub32: r[o.D0] = (uint)(r[o.A] - r[o.B]); break;
                case PtxCode.Mul32: r[o.D0] = (uint)r[o.A] * (uint)r[o.B]; break;
                case PtxCode.MadLow32: r[o.D0] = ((uint)r[o.A] * (uint)r[o.B]) + (uint)r[o.C]; break;
                case PtxCode.DivS32: r[o.D0] = (uint)DivideOrAllOnes((int)r[o.A], (int)r[o.B]); break;
                case PtxCode.DivU32: r[o.D0] = (uint)r[o.B] == 0 ? uint.MaxValue : (uint)r[o.A] / (uint)r[o.B]; break;
                case PtxCode.RemS32: r[o.D0] = (uint)RemainderOrAll((int)r[o.A], (int)r[o.B]); break;
                case PtxCode.RemU32: r[o.D0] = (uint)r[o.B] == 0 ? (uint)r[o.A] : (uint)r[o.A] % (uint)r[o.B]; break;
                case PtxCode.Neg32: r[o.D0] = (uint)-(int)r[o.A]; break;
                case PtxCode.AbsS32: r[o.D0] = (uint)((int)r[o.A] < 0 ? -(int)r[o.A] : (int)r[o.A]); break;
                case PtxCode.MinS32: r[o.D0] = (uint)Math.Min((int)r[o.A], (int)r[o.B]); break;
                case PtxCode.MaxS32: r[o.D0] = (uint)Math.Max((int)r[o.A], (int)r[o.B]); break;
                case PtxCode.MinU32: r[o.D0] = Math.Min((uint)r[o.A], (uint)r[o.B]); break;
                case PtxCode.MaxU32: r[o.D0] = Math.Max((uint)r[o.A], (uint)r[o.B]); break;
                case PtxCode.And: r[o.D0] = r[o.A] & r[o.B]; break;
                case PtxCode.Or: r[o.D0] = r[o.A] | r[o.B]; break;
                case PtxCode.Xor: r[o.D0] = r[o.A] ^ r[o.B]; break;
                case PtxCode.Not32: r[o.D0] = ~(uint)r[o.A]; break;
                case PtxCode.Not64: r[o.D0] = ~r[o.A]; break;
                case PtxCode.NotPredicate: r[o.D0] = r[o.A] ^ 1; break;

                // Shifts by as many bits as there are, or more, leave nothing but the sign.
                case PtxCode.ShiftLeft32: r[o.D0] = r[o.B] > 31 ? 0 : (uint)r[o.A] << (int)r[o.B]; break;
                case PtxCode.ShiftRightS32: r[o.D0] = (uint)((int)r[o.A] >> (int)Math.Min(31, r[o.B])); break;
                case PtxCode.ShiftRightU32: r[o.D0] = r[o.B] > 31 ? 0 : (uint)r[o.A] >> (int)r[o.B]; break;
                case PtxCode.ShiftLeft64: r[o.D0] = r[o.B] > 63 ? 0 : r[o.A] << (int)r[o.B]; break;
                case PtxCode.ShiftRightS64: r[o.D0] = (ulong)((long)r[o.A] >> (int)Math.Min(63, r[o.B])); break;
                case PtxCode.ShiftRightU64: r[o.D0] = r[o.B] > 63 ? 0 : r[o.A] >> (int)r[o.B]; break;
                case PtxCode.MulWideU32: r[o.D0] = (ulong)(uint)r[o.A] * (uint)r[o.B]; break;
                case PtxCode.MulWideS32: r[o.D0] = (ulong)((long)(int)r[o.A] * (int)r[o.B]); break;
                case PtxCode.MulHighU32: r[o.D0] = ((ulong)(uint)r[o.A] * (uint)r[o.B]) >> 32; break;
                case PtxCode.MulHighS32: r[o.D0] = (uint)(((long)(int)r[o.A] * (int)r[o.B]) >> 32); break;
                case PtxCode.Add64: r[o.D0] = r[o.A] + r[o.B]; break;
                case PtxCode.Sub64: r[o.D0] = r[o.A] - r[o.B]; break;
                case PtxCode.Mul64: r[o.D0] = r[o.A] * r[o.B]; break;
                case PtxCode.DivS64: r[o.D0] = (ulong)((long)r[o.A] / (long)r[o.B]); break;
                case PtxCode.DivU64: r[o.D0] = r[o.A] / r[o.B]; break;
                case PtxCode.RemS64: r[o.D0] = (ulong)((long)r[o.A] % (long)r[o.B]); break;
                case PtxCode.RemU64: r[o.D0] = r[o.A] % r[o.B]; break;
                case PtxCode.Neg64: r[o.D0] = (ulong)-(long)r[o.A]; break;
                case PtxCode.PopCount32: r[o.D0] = (uint)BitOperations.PopCount((uint)r[o.A]); break;
                case PtxCode.LeadingZeros32: r[o.D0] = (uint)BitOperations.LeadingZeroCount((uint)r[o.A]); break;
                case PtxCode.Compare: r[o.D0] = PtxComparison.Holds(o, r[o.A], r[o.B]) ? 1ul : 0ul; break;
                case PtxCode.Select: r[o.D0] = r[o.C] != 0 ? r[o.A] : r[o.B]; break;
                case PtxCode.S32ToF32: r[o.D0] = Bits((int)r[o.A]); break;
                case PtxCode.U32ToF32: r[o.D0] = Bits((uint)r[o.A]); break;
                case PtxCode.S64ToF32: r[o.D0] = Bits((long)r[o.A]); break;

                // Beyond the range PTX takes the nearest integer, and 0 for NaN; so does .NET since version 9.
                case PtxCode.F32ToS32: r[o.D0] = (uint)(int)F(r[o.A]); break;
                case PtxCode.F32ToU32: r[o.D0] = (uint)F(r[o.A]); break;
                case PtxCode.S32ToS64: r[o.D0] = (ulong)(long)(int)r[o.A]; break;
                case PtxCode.U32ToU64 or PtxCode.LowToU32: r[o.D0] = (uint)r[o.A]; break;
                case PtxCode.LowToU16: r[o.D0] = (ushort)r[o.A]; break;
                case PtxCode.S16ToS32: r[o.D0] = (uint)(short)r[o.A]; break;
                case PtxCode.F16ToF32: r[o.D0] = Bits((float)BitConverter.UInt16BitsToHalf((ushort)r[o.A])); break;
                case PtxCode.F32ToF16: r[o.D0] = BitConverter.HalfToUInt16Bits((Half)F(r[o.A])); break;
                default: throw new InvalidOperationException($"{program.Kernel.Name}: {o.Code} has no meaning.");
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float F(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    // A GPU does not fail on a division by 0; what it gives is not defined, and this is what it does.
    private static int DivideOrAllOnes(int a, int b) => b switch { 0 => -1, -1 => unchecked(-a), _ => a / b };

    private static int RemainderOrAll(int a, int b) => b switch { 0 => a, -1 => 0, _ => a % b };
}

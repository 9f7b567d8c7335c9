namespace WebStudio.Gpu.BaseTraining;

/// <summary>A line of history.jsonl.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Seconds">Time worked, over all resumptions.</param>
/// <param name="Share">Share of the training that is done, 0 to 1.</param>
/// <param name="Resolution">Side of the pictures just now.</param>
/// <param name="Rate">The generator's learning rate.</param>
/// <param name="PicturesPerSecond">Since the line before.</param>
/// <param name="L1">Mean absolute difference of training reconstructions since the line before; pixels are in [−1, 1].</param>
/// <param name="Perceptual">Mean distance of face features.</param>
/// <param name="Kl">Mean divergence of the codes, nats.</param>
/// <param name="HeldOutPsnr">Reconstructions of held-out pictures by the averaged networks, dB at the present resolution.</param>
/// <param name="TrainingPsnr">The same of pictures that are trained on: far above the other means that the pictures are learnt by heart.</param>
public sealed record BaseTrainingProgress(int Step, double Seconds, double Share, int Resolution, double Rate, double PicturesPerSecond, double L1, double Perceptual, double Kl, double HeldOutPsnr, double TrainingPsnr);

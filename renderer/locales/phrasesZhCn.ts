import type { Phrases } from '../words/phrasebook.ts';

/** 服务端句子的简体中文，以英文原文为键。 */
export const phrasesZhCn: Phrases = {
  // 测量前检查
  'The machine runs on battery.': '本机正在使用电池。',
  'The processor\'s clock is governed by "{1}"{2}, not for performance.':
    '处理器频率由“{1}”{2}策略控制，而非性能优先。',
  'Other programs keep {1} of {2} cores busy.': '其他程序占用了 {2} 个核心中的 {1} 个。',
  'The processor is at {1} °C before any work.': '处理器在开始工作前已达 {1} °C。',
  'Only {1} of memory is free.': '仅剩 {1} 可用内存。',
  'Only {1} is free where models are kept.': '存放模型的磁盘仅剩 {1}。',

  // 已保存的问题
  "There is no saved question '{1}'.": '没有名为“{1}”的已保存问题。',
  'Look at the list again: another window may have removed it.':
    '请重新查看列表：它可能已在另一个窗口中被移除。',

  // 执行后端
  'The CPU provider': 'CPU 执行后端',
  '{1} is not part of ONNX Runtime {2} for {3}-{4}.': 'ONNX Runtime {2}（{3}-{4}）不含 {1}。',
  'DirectML exists on Windows only; here use {1}.': 'DirectML 仅适用于 Windows；此处请使用 {1}。',
  'CoreML exists on macOS only; here use {1}.': 'CoreML 仅适用于 macOS；此处请使用 {1}。',
  'CUDA and TensorRT need Linux on x64; here use {1}.':
    'CUDA 和 TensorRT 需要 x64 的 Linux；此处请使用 {1}。',
  'DirectML or WebGPU': 'DirectML 或 WebGPU',
  'CoreML or WebGPU': 'CoreML 或 WebGPU',
  'CUDA or WebGPU': 'CUDA 或 WebGPU',
  'WebGPU or the CPU': 'WebGPU 或 CPU',
  'On Windows use DirectML or WebGPU, which drive NVIDIA GPUs as well; CUDA needs Linux on x64.':
    '在 Windows 上请使用 DirectML 或 WebGPU，它们同样支持 NVIDIA GPU；CUDA 需要 x64 的 Linux。',
  'Update macOS (ONNX Runtime needs 14 or newer for CoreML), or use WebGPU or the CPU.':
    '请更新 macOS（ONNX Runtime 的 CoreML 需要 14 或更新版本），或使用 WebGPU 或 CPU。',
  'Run `npm ci` again; if it stays, the package onnxruntime-node has no build for this system.':
    '请重新运行 `npm ci`；若仍然如此，则 onnxruntime-node 没有适用于本系统的版本。',
  'Run `npm run install:cuda` to fetch the CUDA libraries of ONNX Runtime.':
    '请运行 `npm run install:cuda` 获取 ONNX Runtime 的 CUDA 库。',
  'ONNX Runtime does not load: {1}': 'ONNX Runtime 无法加载：{1}',
  'This Linux is older than ONNX Runtime supports: update the distribution.':
    '此 Linux 版本过旧，ONNX Runtime 不支持：请更新发行版。',
  'Install the Microsoft Visual C++ Redistributable (x64), then start again.':
    '请安装 Microsoft Visual C++ Redistributable (x64)，然后重新启动。',
  'Update the graphics driver; until then use another provider (the rest of Backbench is not affected).':
    '请更新显卡驱动；在此之前请使用其他执行后端（Backbench 的其余功能不受影响）。',
  '{1} did not finish one convolution within {2} s and was stopped.':
    '{1} 未能在 {2} 秒内完成一次卷积，已被停止。',
  "{1}: the probe's process answered nonsense.": '{1}：探测进程返回了无意义的内容。',
  "{1} crashed: the probe's process {2}{3}.": '{1} 崩溃：探测进程{2}{3}。',
  'was ended by {1}': '被 {1} 终止',
  'ended with exit code {1}': '以退出码 {1} 结束',
  '{1} ran the test convolution, but its result {2}.': '{1} 完成了测试卷积，但其结果{2}。',
  'is off by {1}': '偏差为 {1}',
  'is not a number': '不是数字',
  'Update the graphics driver; results of this provider cannot be trusted.':
    '请更新显卡驱动；该执行后端的结果不可信。',
  'No NVIDIA GPU was found; {1}': '未发现 NVIDIA GPU；{1}',
  '{1} needs an NVIDIA GPU and its driver. If this machine has one: {2}':
    '{1} 需要 NVIDIA GPU 及其驱动。如果本机有：{2}',
  '{1} does not work: {2}': '{1} 不可用：{2}',
  '{1}{2}{3} is missing.': '{1}{2}缺少 {3}。',
  '{1} does not work: {2} (CUDA error {3}).': '{1} 不可用：{2}（CUDA 错误 {3}）。',
  'Update the NVIDIA driver: CUDA 12 needs version 525 or newer.':
    '请更新 NVIDIA 驱动：CUDA 12 需要 525 或更新版本。',
  'No GPU is visible: check that `nvidia-smi` lists one here (in a container: --gpus all).':
    '看不到 GPU：请确认 `nvidia-smi` 能列出 GPU（容器中需要 --gpus all）。',
  'The GPU has no free memory: end the programs that use it.': 'GPU 没有可用显存：请结束占用它的程序。',
  'This GPU is too old or too new for the CUDA libraries installed.':
    '此 GPU 对于已安装的 CUDA 库过旧或过新。',
  'Check the GPU with `nvidia-smi`, then the driver; a restart clears most such states.':
    '请用 `nvidia-smi` 检查 GPU，再检查驱动；重新启动通常可以恢复。',
  '{1} needs an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9{2}. {3}':
    '{1} 需要 NVIDIA GPU 及其驱动、CUDA 12 和 cuDNN 9{2}。{3}',
  ', and TensorRT 10': '，以及 TensorRT 10',
  'Install cuDNN 9 for CUDA 12 and make sure that the system finds it (ldconfig).':
    '请安装适用于 CUDA 12 的 cuDNN 9，并确保系统能找到它（ldconfig）。',
  'Install TensorRT 10 for CUDA 12, or use CUDA without it.':
    '请安装适用于 CUDA 12 的 TensorRT 10，或只使用 CUDA。',
  "Install NVIDIA's driver.": '请安装 NVIDIA 驱动。',
  'Install the CUDA 12 runtime libraries (cuBLAS, cuFFT, cuRAND) and make sure that the system finds them (ldconfig).':
    '请安装 CUDA 12 运行库（cuBLAS、cuFFT、cuRAND），并确保系统能找到它们（ldconfig）。',
  "Install the Vulkan loader and your GPU's Vulkan driver (Debian and Ubuntu: libvulkan1 and mesa-vulkan-drivers; NVIDIA: its own driver).":
    '请安装 Vulkan 加载器和 GPU 的 Vulkan 驱动（Debian 和 Ubuntu：libvulkan1 与 mesa-vulkan-drivers；NVIDIA：其自带驱动）。',
  'WebGPU does not work: Vulkan cannot be loaded ({1}).': 'WebGPU 不可用：无法加载 Vulkan（{1}）。',
  'WebGPU does not work: {1} lacks a required feature ("{2}").':
    'WebGPU 不可用：{1}缺少必需的功能（“{2}”）。',
  'the Vulkan driver': 'Vulkan 驱动',
  'the Vulkan driver of {1}': '{1} 的 Vulkan 驱动',
  "Update the GPU's driver; a software device such as llvmpipe is of no use for measuring.":
    '请更新 GPU 驱动；llvmpipe 之类的软件设备对测量没有意义。',
  'WebGPU does not work: no supported GPU adapter was found.': 'WebGPU 不可用：未找到受支持的 GPU 适配器。',
  'Install or update the graphics driver.': '请安装或更新显卡驱动。',
  'Update the graphics driver, or use another provider.': '请更新显卡驱动，或使用其他执行后端。',
  'DirectML does not work: no adapter supports Direct3D 12 as DirectML needs it (887A0004).':
    'DirectML 不可用：没有适配器满足 DirectML 所需的 Direct3D 12（887A0004）。',
  'Update the graphics driver and Windows (10 version 1903 or newer), or use WebGPU or the CPU.':
    '请更新显卡驱动和 Windows（10 版本 1903 或更新），或使用 WebGPU 或 CPU。',
  'Update the graphics driver and Windows, or use WebGPU or the CPU.':
    '请更新显卡驱动和 Windows，或使用 WebGPU 或 CPU。',

  // 传感器与读数
  '{1} is not installed': '未安装 {1}',
  '{1} did not answer within {2} ms': '{1} 在 {2} 毫秒内没有响应',
  '{1} failed': '{1} 失败',
  '{1} says "{2}".': '{1} 返回“{2}”。',
  'nvidia-smi lists no process {1}.': 'nvidia-smi 未列出进程 {1}。',
  'nvidia-smi does not tell the memory of single processes here.': 'nvidia-smi 在此无法给出单个进程的显存。',
  'amdgpu does not tell it for this card.': 'amdgpu 不提供此显卡的该项数据。',
  'The energy counter (RAPL) stopped answering.': '能量计数器 (RAPL) 停止响应。',
  'RAPL energy counter, all processor packages': 'RAPL 能量计数器，所有处理器封装',
  'A virtual machine shows its nominal clock, not the real one.': '虚拟机只显示标称频率，而非实际频率。',
  'This kernel does not tell the clock.': '此内核不提供频率。',
  'This kernel keeps no count of thermal throttling here.': '此内核不记录温度降频次数。',
  'No temperature sensor of the processor is exposed here.': '此处没有可读的处理器温度传感器。',
  'This machine exposes no energy counter (RAPL).': '本机没有可读的能量计数器 (RAPL)。',
  'Only root may read the energy counter (RAPL).': '只有 root 能读取能量计数器 (RAPL)。',
  'The profile of this session does not tell it.': '此会话的剖析结果中没有该项。',
  "model_loading of ONNX Runtime's profile, in a process of its own":
    'ONNX Runtime 剖析中的 model_loading，在单独的进程中',
  '{1}, less the process before the model': '{1}，减去加载模型前的进程占用',
  'resident set after the timed runs, less the process before the model':
    '计时运行后的常驻内存，减去加载模型前的进程占用',
  'This system cannot reset the high-water mark, and the runs stayed below the peak of the load.':
    '此系统无法重置内存峰值记录，且运行时未超过加载时的峰值。',
  'VmHWM of /proc/self/status': '/proc/self/status 的 VmHWM',
  'peak working set': '峰值工作集',
  'maximum resident set of getrusage': 'getrusage 的最大常驻集',
  'CPU time of the worker in cores': '工作进程的 CPU 时间，以核心数计',
  "the machine's busy CPU time less the worker's, in cores":
    '整机的 CPU 忙碌时间减去工作进程的部分，以核心数计',
  "the machine's busy CPU time less all sessions', in cores":
    '整机的 CPU 忙碌时间减去所有会话的部分，以核心数计',
  "{1} ms of timed runs are too short for the system's CPU clock.":
    '{1} 毫秒的计时运行短于系统 CPU 时钟的分辨率。',
  '{1}, all sessions': '{1}，所有会话合计',
  'The timed part was not begun.': '计时部分尚未开始。',
  'RAPL, whole processor package over the timed part': 'RAPL，计时期间的整个处理器封装',
  'The cpu provider uses no GPU memory.': 'CPU 执行后端不使用显存。',
  '{1}, less before the model; other programs count in': '{1}，减去加载模型前的值；含其他程序',
  'This device does not tell its power.': '此设备不提供功率。',
  'power of the device between windows, so a lower bound': '计时窗口之间的设备功率，因此是下限',
  'The session was not profiled.': '未对该会话进行剖析。',

  // 推荐
  '{1} at {2} px': '{1}，{2} 像素',
  'arXiv 1810.00736, read off figure 1': 'arXiv 1810.00736，由图 1 读出',
  '{1}, default weights': '{1}，默认权重',
  'p99 takes 100 samples, and fewer were taken': 'p99 需要 100 个样本，而实际不足',
  'p99 is not {1}': 'p99 尚无：{1}',
  published: '未公布',
  predicted: '未预测',
  'the value is not known': '数值未知',

  // 工作进程
  'The worker process could not be started.{1}': '无法启动工作进程。{1}',
  'Check that this user may start processes and that memory is left.':
    '请确认当前用户可以启动进程，且仍有可用内存。',
  'The worker was killed from outside, most likely because the machine ran out of memory.{1}':
    '工作进程被外部终止，很可能是内存不足。{1}',
  'Choose a smaller batch or model, or close other programs.': '请选择更小的批大小或模型，或关闭其他程序。',
  'The native code of ONNX Runtime or of the driver gave up (abort).{1}':
    'ONNX Runtime 或驱动的本机代码中止了 (abort)。{1}',
  'It may have wanted more memory than there is: try a smaller batch.':
    '可能需要的内存超过可用量：请尝试更小的批大小。',
  'The native code of ONNX Runtime or of the driver crashed ({1}).{2}':
    'ONNX Runtime 或驱动的本机代码崩溃（{1}）。{2}',
  'Update the driver, or try another provider.': '请更新驱动，或尝试其他执行后端。',
  'The worker ended without a result.{1}': '工作进程结束但没有结果。{1}',
  'Try again; if it happens each time, please report it.': '请重试；若每次如此，请报告此问题。',
  'The worker ended with {1}.{2}': '工作进程以 {1} 结束。{2}',
  'The measurement was cancelled.': '测量已取消。',
  'The worker sent something that is no message.': '工作进程发送了无法识别的内容。',
  'The worker was not done after {1} s and was ended.': '工作进程在 {1} 秒后仍未完成，已被终止。',
  'Choose a smaller batch or model, or a provider that is faster here.':
    '请选择更小的批大小或模型，或在此更快的执行后端。',
  'The worker said nothing for {1} s and was ended.': '工作进程 {1} 秒没有响应，已被终止。',
  'Try again; a driver that hangs each time needs an update or another provider.':
    '请重试；若驱动每次都卡住，需要更新驱动或更换执行后端。',
  'The worker held {1}, more than the limit of {2}, and was ended.':
    '工作进程占用了 {1}，超过上限 {2}，已被终止。',
  'Raise the limit, or choose a smaller batch or model.': '请提高上限，或选择更小的批大小或模型。',
  ' It last said: "{1}".': ' 最后的输出：“{1}”。',
  'exit code {1}': '退出码 {1}',
  'The worker failed: {1}': '工作进程失败：{1}',

  // 模型文件
  '{1} holds an empty graph: it is no ONNX model.': '{1} 的计算图为空：不是 ONNX 模型。',
  '{1} is a folder, not a model file.': '{1} 是文件夹，不是模型文件。',
  '{1} is not a regular file.': '{1} 不是普通文件。',
  '{1} is empty (0 bytes).': '{1} 是空文件（0 字节）。',
  '{1} has {2} bytes; an ONNX file holds at most 2 GB (larger models keep their weights in external data).':
    '{1} 有 {2} 字节；ONNX 文件最多 2 GB（更大的模型将权重放在外部数据中）。',
  '{1} does not exist.': '{1} 不存在。',
  'A file name cannot contain a NUL character.': '文件名不能包含 NUL 字符。',
  'permission denied': '没有权限',
  '{1} cannot be read: {2}.': '无法读取 {1}：{2}。',
  '{1} is no ONNX model: {2}.': '{1} 不是 ONNX 模型：{2}。',
  '{1} uses operator set {2} of ai.onnx; versions {3} to {4} are supported.':
    '{1} 使用 ai.onnx 算子集 {2}；支持版本 {3} 至 {4}。',
  "{1}: tensor '{2}' refers to external data {3}.": '{1}：张量“{2}”引用的外部数据{3}。',
  'with an offset or length that is no natural number': '的偏移或长度不是自然数',
  'of {1} bytes, where its shape needs {2}': '有 {1} 字节，而其形状需要 {2}',
  "up to byte {1} of '{2}', which has {3}": '到“{2}”的第 {1} 字节，而该文件只有 {3}',
  "{1} keeps weights in '{2}', which is not in its folder.": '{1} 的权重在“{2}”中，而该文件不在其文件夹内。',
  "through a link that leads out of the model's folder ('{1}')": '经由指向模型文件夹之外的链接（“{1}”）',
  "at '{1}', which is not a file": '位于“{1}”，而那不是文件',
  "{1} has a tensor '{2}' of {3} bytes whose shape needs {4}.":
    '{1} 的张量“{2}”有 {3} 字节，而其形状需要 {4}。',
  'a name of {1} bytes': '长 {1} 字节的名称',
  '{1} became shorter while it was read.': '{1} 在读取过程中变短了。',
  'a field numbered {1}': '编号为 {1} 的字段',
  'wire type {1}, which ONNX does not use': 'ONNX 不使用的线路类型 {1}',
  'a number of more than ten bytes': '超过十字节的数',
  '{1} is damaged or no ONNX file: at byte {2} it has {3}.':
    '{1} 已损坏或不是 ONNX 文件：第 {2} 字节处有{3}。',
  'a negative length': '负的长度',
  '{1} is cut off: {2} bytes are missing at its end.': '{1} 被截断：末尾缺少 {2} 字节。',
  'a field that reaches beyond the message around it': '超出所在消息的字段',
  'a number that reaches beyond the message around it': '超出所在消息的数',
  '{1} is cut off in the middle of a number.': '{1} 在一个数的中间被截断。',

  // 骨干网络
  '{1} takes {2} px only, not {3}': '{1} 只支持 {2} 像素，不支持 {3}',
  '{1} takes {2} px or a multiple of {3} from {4} px, not {5}':
    '{1} 支持 {2} 像素，或从 {4} 像素起 {3} 的倍数，不支持 {5}',
  '{1} has no pooled features': '{1} 没有池化特征',
  '{1} has no pyramid outputs': '{1} 没有特征金字塔输出',
  "no backbone is named '{1}'{2} (list them: backbench models)":
    '没有名为“{1}”的骨干网络{2}（查看列表：backbench models）',
  "; did you mean '{1}'?": '；您是指“{1}”吗？',
  'no backbone can be built for {1} px; most take multiples of 32 from 64 px':
    '没有骨干网络支持 {1} 像素；大多数支持从 64 像素起 32 的倍数',
  'The model needs {1} in {2} and {3} are left alone there; {4} are free.':
    '该模型需要在 {2} 中占用 {1}，并保留 {3}；现有 {4} 可用。',
  'Free some space there, or name another folder with --data-dir or BACKBENCH_DATA.':
    '请在那里腾出空间，或用 --data-dir 或 BACKBENCH_DATA 指定其他文件夹。',

  // 运行与队列
  'This is a fault of Backbench; please report it with the log.': '这是 Backbench 的缺陷；请连同日志报告。',
  'This is a defect of Backbench; please report it with the log.': '这是 Backbench 的缺陷；请连同日志报告。',
  'This is a fault of Backbench; please report it with the log, and start it again.':
    '这是 Backbench 的缺陷；请连同日志报告，并重新启动。',
  'There is no run {1}.': '没有运行 {1}。',
  'There is no job {1}.': '没有任务 {1}。',
  "There is no {1} '{2}'.": '没有{1}“{2}”。',
  run: '运行',
  job: '任务',
  result: '结果',
  model: '模型',
  device: '设备',
  'List the runs to see which there are.': '请查看运行列表。',
  'The run has no configuration to measure.': '此运行没有要测量的配置。',
  'Choose at least one model.': '请至少选择一个模型。',
  'nothing was measured': '没有测得任何数据',
  'This job has failed.': '此任务已失败。',
  'This run was begun on another machine, or before a driver or the runtime changed: its figures would not fit together.':
    '此运行始于另一台机器，或始于驱动或运行时变更之前：其数据无法合并。',
  'Start a new run with the same models.': '请用相同的模型开始新的运行。',
  'It is {1} and cannot become {2}.': '其状态为 {1}，不能变为 {2}。',
  'Backbench ended while it measured this configuration.': 'Backbench 在测量此配置期间结束了运行。',
  'Backbench ended {1} times while it measured this configuration.':
    'Backbench 在测量此配置时结束了 {1} 次。',
  'Retry it with nothing else running; if the machine runs out of memory, choose a smaller batch.':
    '请在没有其他程序运行时重试；若内存不足，请选择更小的批大小。',
  'A run is being measured.': '正在测量一次运行。',
  'Wait until it is done, pause it or cancel it; then try again.': '请等待其完成、暂停或取消，然后重试。',
  'Ask for fp32 and classifier: the file is then measured as it is.':
    '请选择 fp32 和分类器：文件将按原样测量。',
  "'{1}' is measured as the file is, in no other precision or use.":
    '“{1}”按文件原样测量，不支持其他精度或用途。',
  '{1} does not work here: {2}': '{1} 在此不可用：{2}',
  "{1} has no option '{2}'.": '{1} 没有选项“{2}”。',
  '{1} has no options.': '{1} 没有选项。',
  'Its options: {1}.': '其选项：{1}。',
  "{1}'s option '{2}' does not take '{3}'.": '{1} 的选项“{2}”不接受“{3}”。',
  'It takes {1}.': '可接受：{1}。',
  'This system does not let a program choose its processors.': '此系统不允许程序选择处理器。',
  'Leave the affinity out.': '请不要设置处理器绑定。',
  "There are no processors '{1}' here.": '此处没有处理器“{1}”。',
  'This machine has the logical processors 0 to {1}.': '本机有逻辑处理器 0 至 {1}。',
  "'{1}' is one of Backbench's own presets.": '“{1}”是 Backbench 自带的预设。',
  'Choose another name than {1}.': '请选择 {1} 以外的名称。',
  "There is no preset '{1}' of your own.": '没有您自己的预设“{1}”。',
  'You have saved none.': '您尚未保存任何预设。',
  'You have saved: {1}.': '您已保存：{1}。',
  'The plan asks for at least {1} {2} and at most {3}.': '计划要求 {2} 至少 {1}、至多 {3}。',
  'Raise the most {1}, or lower the least.': '请提高 {1} 的上限，或降低下限。',
  "Run '{1}' is not a sweep.": '运行“{1}”不是智能扫描。',
  "A sweep measures, which it can on this machine only, not on '{1}'.":
    '智能扫描需要测量，只能在本机进行，不能在“{1}”上进行。',
  'Ask recommend for what is known of another device.': '其他设备的已知数据请使用推荐。',
  'No backbone has an input size of {1} px of its own.': '没有骨干网络的默认输入为 {1} 像素。',
  'Allow other input sizes.': '请允许其他输入尺寸。',

  // 设备与导入
  "There is no device '{1}'; did you mean '{2}'?": '没有设备“{1}”；您是指“{2}”吗？',
  'List them with: backbench devices': '查看列表：backbench devices',
  "No device '{1}' was imported": '未导入过设备“{1}”',
  '{1} has {2} rows, but none with a speed of a model whose accuracy timm publishes at that image size.':
    '{1} 有 {2} 行，但没有一行是 timm 在该图像尺寸公布了精度的模型的速度。',
  'Give one of timm’s results/benchmark-infer-*.csv.': '请使用 timm 的 results/benchmark-infer-*.csv。',
  'The name of {1} does not tell {2}': '{1} 的文件名未说明 {2}',
  'Give the device’s name and the precision (such as amp or fp32), or keep timm’s own file name, such as benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv.':
    '请给出设备名称和精度（如 amp 或 fp32），或保留 timm 的原文件名，如 benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv。',
  '{1} has no rows': '{1} 没有任何行',
  '{1} has more than {2} rows': '{1} 超过 {2} 行',
  '{1} has no column {2}; its columns are {3}': '{1} 没有列 {2}；其列为 {3}',
  'This is a table of training speeds; take the one whose name begins with benchmark-infer.':
    '这是训练速度表；请使用文件名以 benchmark-infer 开头的表。',
  '{1} is not a CSV table: {2}': '{1} 不是 CSV 表：{2}',
  '{1}, row {2}': '{1} 第 {2} 行',
  '{1}: the model has no name': '{1}：模型没有名称',
  "{1}: {2} is '{3}', which is not a number": '{1}：{2} 为“{3}”，不是数字',
  '{1} is not a Backbench bundle: its first line is no manifest.':
    '{1} 不是 Backbench 结果包：首行不是清单。',
  '{1} is a bundle of version {2}, written by Backbench {3}; this version reads up to {4}.':
    '{1} 是版本 {2} 的结果包，由 Backbench {3} 写入；当前版本最多读取到 {4}。',
  'Update Backbench, then import it again.': '请更新 Backbench 后重新导入。',
  '{1} is damaged: its checksum does not fit.': '{1} 已损坏：校验和不符。',
  'Copy it again from where it was exported.': '请从导出处重新复制。',
  '{1} is damaged: it does not have the {2} lines that it tells.': '{1} 已损坏：行数与其声明的 {2} 行不符。',
  'These results make a bundle of more than {1} MB, which nobody could import.':
    '这些结果打包后超过 {1} MB，将无法导入。',
  'The bundle needs more memory than there is for one.': '该结果包所需内存超过可用内存。',
  'It was cancelled; nothing of it stays.': '已取消，未留下任何内容。',
  '{1} holds samples that are no durations.': '{1} 含有不是时长的样本。',
  '{1} unpacks to more than {2} MB.': '{1} 解压后超过 {2} MB。',
  'Export single runs or machines.': '请按单次运行或单台机器导出。',
  '{1} is not a Backbench bundle, or only a part of one.': '{1} 不是 Backbench 结果包，或只是其中一部分。',
  'Choose a file that backbench export wrote.': '请选择由 backbench export 写入的文件。',
  '{1}, line {2}: {3} {4}': '{1}，第 {2} 行：{3} {4}',
  'run {1} is of a machine that the bundle does not hold': '运行 {1} 所属的机器不在结果包中',
  'job {1} is of a run that the bundle does not hold': '任务 {1} 所属的运行不在结果包中',
  'job {1} or its result stands in it twice': '任务 {1} 或其结果出现了两次',
  'the result of job {1} is of another run, machine or configuration':
    '任务 {1} 的结果属于另一次运行、另一台机器或另一配置',
  'There are no results to export.': '没有可导出的结果。',
  'Measure with: backbench run --models resnet18': '测量：backbench run --models resnet18',

  // 数据文件夹与数据库
  'The name of the data folder is empty.': '数据文件夹的名称为空。',
  'Name a folder with --data-dir or BACKBENCH_DATA, or leave both out.':
    '请用 --data-dir 或 BACKBENCH_DATA 指定文件夹，或两者都不指定。',
  'not a folder': '不是文件夹',
  'Another program keeps the database in {1} locked.': '另一程序锁定了 {1} 中的数据库。',
  'Close other programs that have it open (a database browser, a backup), then try again.':
    '请关闭打开它的其他程序（数据库浏览器、备份程序），然后重试。',
  '{1} cannot be the data folder: a file stands in its place.': '{1} 不能作为数据文件夹：该处是一个文件。',
  'Name another folder with --data-dir or BACKBENCH_DATA, or move that file away.':
    '请用 --data-dir 或 BACKBENCH_DATA 指定其他文件夹，或移走该文件。',
  'The data folder {1} or the database in it is gone.': '数据文件夹 {1} 或其中的数据库已不存在。',
  'Connect the drive again, or name another folder with --data-dir or BACKBENCH_DATA.':
    '请重新连接驱动器，或用 --data-dir 或 BACKBENCH_DATA 指定其他文件夹。',
  'The database in {1} is damaged.': '{1} 中的数据库已损坏。',
  'Start Backbench again: it moves the damaged file aside, keeps it, and begins a fresh one.':
    '请重新启动 Backbench：它会把损坏的文件移开保留，并新建一个。',
  'The disk that holds {1} is full.': '{1} 所在的磁盘已满。',
  'Free some space there; what was asked works again without a restart.':
    '请在那里腾出空间；无需重启即可恢复。',
  'Backbench may not write to {1}.': 'Backbench 无权写入 {1}。',
  'Make the folder writable, or name another one with --data-dir or BACKBENCH_DATA.':
    '请将文件夹设为可写，或用 --data-dir 或 BACKBENCH_DATA 指定其他文件夹。',
  'Reading or writing the database in {1} failed{2}.': '读写 {1} 中的数据库失败{2}。',
  'Check the drive and its cable, then try again.': '请检查驱动器及其连线，然后重试。',
  'The database was damaged ({1}).': '数据库已损坏（{1}）。',
  'It now lies at {1}; a fresh one was begun.': '它现位于 {1}；已新建一个。',
  'its header is damaged': '文件头已损坏',
  'the table {1} is missing': '缺少表 {1}',
  'quick_check found damage': 'quick_check 发现损坏',
  '{1} is a database of another program.': '{1} 是其他程序的数据库。',
  'Name another folder with --data-dir or BACKBENCH_DATA; Backbench leaves this file as it is.':
    '请用 --data-dir 或 BACKBENCH_DATA 指定其他文件夹；Backbench 不会改动此文件。',
  '{1} was written by a newer Backbench (schema {2}, this one knows up to {3}).':
    '{1} 由更新的 Backbench 写入（模式 {2}，当前版本最多支持 {3}）。',
  'Update Backbench, or name another folder with --data-dir; nothing in this one was changed.':
    '请更新 Backbench，或用 --data-dir 指定其他文件夹；此文件夹未作任何改动。',
  '{1} measures with the data folder {2}.': '{1} 正在使用数据文件夹 {2} 测量。',
  'Wait until it has finished or close it; or name another folder with --data-dir.':
    '请等待其完成或将其关闭；或用 --data-dir 指定其他文件夹。',
  '{1} exists already and was left as it is.': '{1} 已存在，未作改动。',
  'Name another file.': '请指定其他文件。',
  'There is no file {1}.': '没有文件 {1}。',
  'List the copies there are with: backbench backups': '查看现有备份：backbench backups',
  'is damaged ({1})': '已损坏（{1}）',
  'is no database of Backbench, or an empty one': '不是 Backbench 的数据库，或是空的',
  'A copy cannot be written in {1}: {2}.': '无法在 {1} 中写入副本：{2}。',
  'Name another file in a folder that can be written.': '请指定可写文件夹中的其他文件。',
  '{1} {2}; nothing was changed.': '{1} {2}；未作任何改动。',
  'Choose another copy; list them with: backbench backups': '请选择其他备份；查看列表：backbench backups',
  'The database in {1} was replaced by one of another version.': '{1} 中的数据库被换成了其他版本。',
  'Start Backbench again.': '请重新启动 Backbench。',
  'A stored block of samples is damaged: {1}.': '存储的样本块已损坏：{1}。',
  '{1} is {2} and cannot become {3}.': '{1} 的状态为 {2}，不能变为 {3}。',
  'measured with Backbench {1}, ONNX Runtime {2}': '由 Backbench {1} 和 ONNX Runtime {2} 测得',
  'timm results{1}; {2}, imported on {3}': 'timm results{1}；{2}，导入于 {3}',
  'Measure this configuration again.': '请重新测量此配置。',

  // 桌面应用
  'The Backbench service has ended and is being started again.': 'Backbench 服务已结束，正在重新启动。',
  'Try again in a moment; a run under way goes on by itself.': '请稍后重试；进行中的运行会自行继续。',
  'The Backbench service ended {1} times in a row ({2}).': 'Backbench 服务连续结束了 {1} 次（{2}）。',
  'Look at the log, and try again or with another data folder.': '请查看日志，然后重试或使用其他数据文件夹。',
};

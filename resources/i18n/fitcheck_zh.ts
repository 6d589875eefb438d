<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Answer</name>
    <message>
        <source>Open this choice</source>
        <translation>打开此方案</translation>
    </message>
    <message>
        <source>Copy command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>What to type to run the model that is named here</source>
        <translation>运行此处所述模型要输入的命令</translation>
    </message>
    <message>
        <source>How sure is this?</source>
        <translation>这有多可靠？</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>AnswerSayer</name>
    <message>
        <source>Looking for the best DeepSeek-R1 for this machine…</source>
        <translation>正在为本机寻找最合适的 DeepSeek-R1…</translation>
    </message>
    <message>
        <source>The answer appears here in a second or two. Nothing is downloaded and no model is loaded.</source>
        <translation>一两秒后这里会显示答案。不会下载任何内容，也不会加载模型。</translation>
    </message>
    <message>
        <source>The answer could not be worked out.</source>
        <translation>未能得出结论。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>AnswerWords</name>
    <message>
        <source>Expect {low} to {high} tokens/s.</source>
        <translation>预计每秒 {low} 至 {high} 个词元。</translation>
    </message>
    <message>
        <source>Quality: {0}.</source>
        <translation>质量：{0}。</translation>
    </message>
    <message>
        <source>The best balance of quality and time: an answer to a hard question takes about {0}.</source>
        <translation>质量与时间最均衡：回答一个难题约需 {0}。</translation>
    </message>
    <message>
        <source>Best quality</source>
        <translation>质量最佳</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Fastest answer</source>
        <translation>回答最快</translation>
    </message>
    <message>
        <source>{where} · {size} · {speed} t/s · {time} an answer</source>
        <translation>{where} · {size} · {speed} 词元/秒 · 每次回答 {time}</translation>
    </message>
    <message>
        <source>Nothing published runs fast enough to wait for at {0} of context; this is the fastest that runs.</source>
        <translation>上下文为 {0} 时，已发布的文件都慢得让人等不起；这是能运行的里面最快的。</translation>
    </message>
    <message>
        <source>No DeepSeek-R1 fits this machine with {0} of context.</source>
        <translation>上下文为 {0} 时，本机放不下任何 DeepSeek-R1。</translation>
    </message>
</context>
<context>
    <name>AppliedFixes</name>
    <message>
        <source>Undo: {0}</source>
        <translation>撤销：{0}</translation>
    </message>
    <message>
        <source>Undo one more</source>
        <translation>再撤销一步</translation>
    </message>
</context>
<context>
    <name>Badge</name>
    <message>
        <source>Note</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>ChartView</name>
    <message>
        <source>Scalable picture (*.svg)</source>
        <translation>可缩放图片 (*.svg)</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>保存图表</translation>
    </message>
    <message>
        <source>The chart could not be saved: {0}.</source>
        <translation>无法保存图表：{0}。</translation>
    </message>
    <message>
        <source>The chart is saved: {0}</source>
        <translation>图表已保存：{0}</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>以表格显示</translation>
    </message>
    <message>
        <source>Copy values</source>
        <translation>复制数值</translation>
    </message>
    <message>
        <source>Save as SVG…</source>
        <translation>另存为 SVG…</translation>
    </message>
</context>
<context>
    <name>ChoiceDrawings</name>
    <message>
        <source>how much is free is unknown</source>
        <translation>空闲多少未知</translation>
    </message>
    <message>
        <source>{0} free of {1}</source>
        <translation>余 {0}，共 {1}</translation>
    </message>
    <message>
        <source>{0} too much for {1}</source>
        <translation>超出 {0}，共 {1}</translation>
    </message>
    <message>
        <source>margin {0}</source>
        <translation>预留 {0}</translation>
    </message>
    <message>
        <source>free: {0}</source>
        <translation>空闲：{0}</translation>
    </message>
    <message>
        <source>runtime overhead, a margin rather than a measurement: {0}</source>
        <translation>运行时开销（预留值，并非实测）：{0}</translation>
    </message>
    <message>
        <source>runtime overhead, as seen on this card: {0}</source>
        <translation>运行时开销（在此显卡上实测）：{0}</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>已占用</translation>
    </message>
    <message>
        <source>in use by other programs: {0}</source>
        <translation>其他程序占用：{0}</translation>
    </message>
    <message>
        <source>on the GPU</source>
        <translation>在显卡上</translation>
    </message>
    <message>
        <source>on the GPU, in the same memory: {0}</source>
        <translation>在显卡上，占用同一内存：{0}</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>weights: {0}</source>
        <translation>权重：{0}</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>KV cache: {0}</source>
        <translation>KV 缓存：{0}</translation>
    </message>
    <message>
        <source>compute</source>
        <translation>计算缓冲</translation>
    </message>
    <message>
        <source>compute buffers: {0}</source>
        <translation>计算缓冲：{0}</translation>
    </message>
    <message>
        <source>runtime</source>
        <translation>运行时</translation>
    </message>
    <message>
        <source>out</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>output layer</source>
        <translation>输出层</translation>
    </message>
    <message>
        <source>layer {0}</source>
        <translation>第 {0} 层</translation>
    </message>
    <message>
        <source>attention, shared</source>
        <translation>注意力与共享部分</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>{0} experts each</source>
        <translation>每层 {0} 个专家</translation>
    </message>
    <message>
        <source>Memory of {0}</source>
        <translation>{0} 的内存</translation>
    </message>
    <message>
        <source>{0} of context: {1}</source>
        <translation>上下文 {0}：{1}</translation>
    </message>
    <message>
        <source>may use: {0}</source>
        <translation>可用：{0}</translation>
    </message>
    <message>
        <source>context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>{0} of context in use: about {1} tokens/s ({2} to {3})</source>
        <translation>上下文已用 {0}：约 {1} 词元/秒（{2} 至 {3}）</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>Speed with the context full</source>
        <translation>上下文用满时的速度</translation>
    </message>
    <message>
        <source>stops at {0}</source>
        <translation>到 {0} 为止</translation>
    </message>
</context>
<context>
    <name>ChoiceLink</name>
    <message>
        <source>‹ All models</source>
        <translation>‹ 全部模型</translation>
    </message>
    <message>
        <source>Escape</source>
        <translation>Esc 键</translation>
    </message>
</context>
<context>
    <name>ChoicePanel</name>
    <message>
        <source>Choice</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试试</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Nothing that FitCheck knows of.</source>
        <translation>FitCheck 没有找到可行的办法。</translation>
    </message>
    <message>
        <source>No eight equal cards of the catalogue hold it.</source>
        <translation>目录中任何一种显卡，八张也放不下它。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层的分布</translation>
    </message>
    <message>
        <source>As the context grows</source>
        <translation>随上下文增长</translation>
    </message>
    <message>
        <source>Run it</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>What would make it better</source>
        <translation>怎样能更好</translation>
    </message>
    <message>
        <source>How fast</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>How good</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Cards that run it</source>
        <translation>能运行它的显卡</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Working it out…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>No choice yet</source>
        <translation>尚未选择方案</translation>
    </message>
    <message>
        <source>Choose a cell of the matrix to see where its memory goes.</source>
        <translation>在表中选一格，查看它的内存用在哪里。</translation>
    </message>
    <message>
        <source>What would make it fit</source>
        <translation>怎样才能放得下</translation>
    </message>
    <message>
        <source>Speed with the context full</source>
        <translation>上下文用满时的速度</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>Verify…</source>
        <translation>实测…</translation>
    </message>
    <message>
        <source>Measure on this machine whether it fits</source>
        <translation>在本机上实测是否放得下</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>报告…</translation>
    </message>
    <message>
        <source>See this choice as a report, to save, print or hand over</source>
        <translation>以报告形式查看此选择，可保存、打印或交给他人</translation>
    </message>
    <message>
        <source>Note: {0}</source>
        <translation>注意：{0}</translation>
    </message>
</context>
<context>
    <name>ChoiceWords</name>
    <message>
        <source>expect {low} to {high} tokens/s</source>
        <translation>预计每秒 {low} 至 {high} 个词元</translation>
    </message>
    <message>
        <source>needs {0}</source>
        <translation>需要 {0}</translation>
    </message>
    <message>
        <source>{0} of VRAM and {1} of RAM</source>
        <translation>{0} 显存和 {1} 内存</translation>
    </message>
    <message>
        <source>{0} of VRAM</source>
        <translation>{0} 显存</translation>
    </message>
    <message>
        <source>{0} of RAM</source>
        <translation>{0} 内存</translation>
    </message>
    <message>
        <source>loads in about {0}</source>
        <translation>加载约需 {0}</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>the link to the card</source>
        <translation>与显卡的连接</translation>
    </message>
    <message>
        <source>the disk</source>
        <translation>硬盘</translation>
    </message>
    <message>
        <source>the cards</source>
        <translation>各显卡</translation>
    </message>
    <message>
        <source>its file is here already</source>
        <translation>文件已在本机</translation>
    </message>
    <message>
        <source>{0} to download, but only {1} free on disk</source>
        <translation>需下载 {0}，但硬盘只剩 {1}</translation>
    </message>
    <message>
        <source>{0} to download</source>
        <translation>需下载 {0}</translation>
    </message>
    <message>
        <source>not needed: {0}</source>
        <translation>用不到：{0}</translation>
    </message>
    <message>
        <source>{share} % of the time goes into {what}</source>
        <translation>{share} % 的时间用于{what}</translation>
    </message>
    <message>
        <source>reading weights from {where}</source>
        <translation>从 {where} 读取权重</translation>
    </message>
    <message>
        <source>reading the cache from {where}</source>
        <translation>从 {where} 读取缓存</translation>
    </message>
    <message>
        <source>unpacking weights on {where}</source>
        <translation>在 {where} 上解压权重</translation>
    </message>
    <message>
        <source>starting the work of each layer on {where}</source>
        <translation>在 {where} 上启动每一层的工作</translation>
    </message>
    <message>
        <source>handing over between devices</source>
        <translation>设备之间的传递</translation>
    </message>
    <message>
        <source>computing on {where}</source>
        <translation>在 {where} 上计算</translation>
    </message>
    <message>
        <source>attention over the prompt on {where}</source>
        <translation>在 {where} 上对提示词做注意力</translation>
    </message>
    <message>
        <source>fetching weights over {where}</source>
        <translation>经 {where} 取权重</translation>
    </message>
    <message>
        <source>{0} at {1} GB/s</source>
        <translation>{0}，{1} GB/s</translation>
    </message>
    <message>
        <source>A hard question takes about {tokens} tokens of thinking: {time} at this speed.</source>
        <translation>一个难题约需思考 {tokens} 个词元：按此速度要 {time}。</translation>
    </message>
    <message>
        <source>The context of {0} is too short for that: the answer would be cut off.</source>
        <translation>{0} 的上下文不够用：回答会被截断。</translation>
    </message>
    <message>
        <source>The context of {0} holds it, with {1} tokens left for you.</source>
        <translation>{0} 的上下文放得下，还给您留下 {1} 个词元。</translation>
    </message>
    <message>
        <source>Reads a prompt at about {expected} tokens/s ({low} to {high}).</source>
        <translation>读取提示词约 {expected} 词元/秒（{low} 至 {high}）。</translation>
    </message>
    <message>
        <source>experts of layers {0}</source>
        <translation>专家所在层：{0}</translation>
    </message>
    <message>
        <source>layers {0}; experts of layers {1}</source>
        <translation>层：{0}；专家所在层：{1}</translation>
    </message>
    <message>
        <source>layers {0}</source>
        <translation>层：{0}</translation>
    </message>
    <message>
        <source>{0} {1}</source>
        <translation>{0} {1}</translation>
    </message>
    <message>
        <source>parted between {0}</source>
        <translation>分放在 {0}</translation>
    </message>
    <message>
        <source>in RAM</source>
        <translation>在内存中</translation>
    </message>
    <message>
        <source>on {0}</source>
        <translation>在 {0} 上</translation>
    </message>
    <message>
        <source>no experts</source>
        <translation>没有专家</translation>
    </message>
    <message>
        <source>No benchmark score of this model is known.</source>
        <translation>没有已知的此模型基准成绩。</translation>
    </message>
    <message>
        <source>{benchmark}: {percent} %, unquantized</source>
        <translation>{benchmark}：{percent} %（未量化）</translation>
    </message>
    <message>
        <source>Nobody published what this type loses.</source>
        <translation>没有人公布过此类型的损失。</translation>
    </message>
    <message>
        <source>This type: {word}</source>
        <translation>此类型：{word}</translation>
    </message>
    <message>
        <source>{0}, perplexity +{1} %</source>
        <translation>{0}，困惑度 +{1} %</translation>
    </message>
    <message>
        <source>{0}, mean divergence {1}</source>
        <translation>{0}，平均散度 {1}</translation>
    </message>
    <message>
        <source>{0} (measured on {1})</source>
        <translation>{0}（在 {1} 上测得）</translation>
    </message>
    <message>
        <source>{0} (measured on a smaller model, {1}; a large one loses less)</source>
        <translation>{0}（在较小的模型 {1} 上测得；大模型损失更小）</translation>
    </message>
    <message>
        <source>near lossless</source>
        <translation>近乎无损</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>很好</translation>
    </message>
    <message>
        <source>good, little is lost</source>
        <translation>好，损失很小</translation>
    </message>
    <message>
        <source>noticeable loss</source>
        <translation>损失可察</translation>
    </message>
    <message>
        <source>strong loss</source>
        <translation>损失明显</translation>
    </message>
    <message>
        <source>severe loss</source>
        <translation>损失严重</translation>
    </message>
    <message>
        <source>about {0} tokens/s</source>
        <translation>约 {0} 词元/秒</translation>
    </message>
    <message>
        <source>{0} each: all on cards, {1}</source>
        <translation>每张 {0}：全部在显卡上，{1}</translation>
    </message>
    <message>
        <source>{0}, with {1} of RAM: {2}</source>
        <translation>{0}，另需 {1} 内存：{2}</translation>
    </message>
    <message>
        <source>{0}: about {1} tokens/s.</source>
        <translation>{0}：约 {1} 词元/秒。</translation>
    </message>
</context>
<context>
    <name>CommandBox</name>
    <message>
        <source>What to type to run this choice (Ctrl+C)</source>
        <translation>运行此方案要输入的命令（Ctrl+C）</translation>
    </message>
    <message>
        <source>Command: {0}</source>
        <translation>命令：{0}</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Copy command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>ComparedChoices</name>
    <message>
        <source>Model to compare with</source>
        <translation>要对比的模型</translation>
    </message>
    <message>
        <source>Quantization to compare with</source>
        <translation>要对比的量化</translation>
    </message>
    <message>
        <source>Add to the comparison</source>
        <translation>加入对比</translation>
    </message>
    <message>
        <source>Beside the choice</source>
        <translation>与此选择对比</translation>
    </message>
    <message>
        <source>Take {0} out of the comparison</source>
        <translation>从对比中去掉 {0}</translation>
    </message>
</context>
<context>
    <name>ComponentLegend</name>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>compute</source>
        <translation>计算缓冲</translation>
    </message>
    <message>
        <source>runtime</source>
        <translation>运行时</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>已占用</translation>
    </message>
    <message>
        <source>free</source>
        <translation>空闲</translation>
    </message>
</context>
<context>
    <name>ContextSlider</name>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>{0} tokens</source>
        <translation>{0} 个词元</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>KV cache type</source>
        <translation>KV 缓存类型</translation>
    </message>
    <message>
        <source>Smaller types halve or quarter the cache at some loss of quality.</source>
        <translation>更小的类型让缓存减到一半或四分之一，质量略有损失。</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Flash attention</source>
        <translation>快速注意力</translation>
    </message>
    <message>
        <source>Computes attention in small pieces; a quantized cache needs it.</source>
        <translation>分块计算注意力；量化的缓存需要它。</translation>
    </message>
    <message>
        <source>Chats at the same time</source>
        <translation>同时进行的对话数</translation>
    </message>
    <message>
        <source>Chats at the same time share the context.</source>
        <translation>同时进行的对话共用上下文。</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>What runs the model: its speed and its command follow</source>
        <translation>用什么运行模型：速度和命令随之而定</translation>
    </message>
    <message>
        <source>{0} serves the makers&apos; checkpoints from cards alone, not the GGUF files of this matrix. Cells and speeds stay those of llama.cpp; what {0} would need of a model, and its command, stand in its choice.</source>
        <translation>{0} 只用显卡运行官方权重文件，不使用本表中的 GGUF 文件。单元格和速度仍按 llama.cpp 计算；{0} 对某个模型的需求及其命令见该模型的方案。</translation>
    </message>
    <message>
        <source>{0} has no such setting</source>
        <translation>{0} 没有这项设置</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>并行对话</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>FitCheck made a mistake</source>
        <translation>FitCheck 出错了</translation>
    </message>
    <message>
        <source>Something went wrong that should not have. Nothing was saved half. The text below says what; it stays on this computer unless you copy it into a report.</source>
        <translation>发生了不该发生的错误。没有任何文件只保存了一半。下面的文本说明了原因；除非您把它复制到报告里，否则它只留在这台电脑上。</translation>
    </message>
    <message>
        <source>Error text</source>
        <translation>错误文本</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>复制文本</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>DerivationWords</name>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>Compute buffers</source>
        <translation>计算缓冲</translation>
    </message>
    <message>
        <source>Runtime overhead</source>
        <translation>运行时开销</translation>
    </message>
    <message>
        <source>Tokens per second</source>
        <translation>每秒词元数</translation>
    </message>
    <message>
        <source>and {0} smaller ones</source>
        <translation>以及 {0} 个更小的</translation>
    </message>
    <message>
        <source>Exact: what the engine allocates, to the byte.</source>
        <translation>精确：与引擎分配的逐字节相同。</translation>
    </message>
    <message>
        <source>A margin, not a measurement of your card.</source>
        <translation>预留值，并非您的显卡的实测。</translation>
    </message>
    <message>
        <source>A prediction: most published cases lie within the band.</source>
        <translation>预测：大多数已公布的实例落在区间之内。</translation>
    </message>
    <message>
        <source>Assumed:</source>
        <translation>假设：</translation>
    </message>
    <message>
        <source>sum of {0} kinds of tensors</source>
        <translation>{0} 种张量之和</translation>
    </message>
    <message>
        <source>bytes a second of {0}</source>
        <translation>{0} 每秒的字节数</translation>
    </message>
    <message>
        <source>{0} tensors</source>
        <translation>{0} 个张量</translation>
    </message>
    <message>
        <source>layers there</source>
        <translation>那里的层数</translation>
    </message>
    <message>
        <source>tokens held</source>
        <translation>可容纳的词元</translation>
    </message>
    <message>
        <source>bytes of a key ({0})</source>
        <translation>每个键的字节数（{0}）</translation>
    </message>
    <message>
        <source>bytes of a value ({0})</source>
        <translation>每个值的字节数（{0}）</translation>
    </message>
    <message>
        <source>alignment</source>
        <translation>对齐</translation>
    </message>
    <message>
        <source>most that tensors of one batch of {0} tokens take at once</source>
        <translation>一批 {0} 个词元的张量同时占用的最大值</translation>
    </message>
    <message>
        <source>context and libraries of the driver</source>
        <translation>驱动的上下文和库</translation>
    </message>
    <message>
        <source>context and libraries, as seen on this card</source>
        <translation>上下文和库（在此显卡上实测）</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>weights read from {0}</source>
        <translation>从 {0} 读取权重</translation>
    </message>
    <message>
        <source>cache read from {0}</source>
        <translation>从 {0} 读取缓存</translation>
    </message>
    <message>
        <source>unpacking on {0}</source>
        <translation>在 {0} 上解压</translation>
    </message>
    <message>
        <source>starting layers on {0}</source>
        <translation>在 {0} 上启动各层</translation>
    </message>
    <message>
        <source>handing over between devices</source>
        <translation>设备之间的传递</translation>
    </message>
    <message>
        <source>computing on {0}</source>
        <translation>在 {0} 上计算</translation>
    </message>
    <message>
        <source>attention on {0}</source>
        <translation>在 {0} 上做注意力</translation>
    </message>
    <message>
        <source>weights over {0}</source>
        <translation>经 {0} 传权重</translation>
    </message>
    <message>
        <source>time of {0}</source>
        <translation>{0}的时间</translation>
    </message>
    <message>
        <source>{0} bytes</source>
        <translation>{0} 字节</translation>
    </message>
</context>
<context>
    <name>Detector</name>
    <message>
        <source>It ended early (status {0}).</source>
        <translation>它提前结束了（状态 {0}）。</translation>
    </message>
</context>
<context>
    <name>DeviceStates</name>
    <message>
        <source>RAM</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>已占用</translation>
    </message>
    <message>
        <source>bandwidth</source>
        <translation>带宽</translation>
    </message>
    <message>
        <source>Disk · models</source>
        <translation>硬盘 · 模型</translation>
    </message>
    <message>
        <source>free</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>1 core</source>
        <translation>1 核</translation>
    </message>
    <message>
        <source>{0} cores</source>
        <translation>{0} 核</translation>
    </message>
    <message>
        <source>Driver {0}.</source>
        <translation>驱动 {0}。</translation>
    </message>
    <message>
        <source>other programs</source>
        <translation>其他程序</translation>
    </message>
    <message>
        <source>not for the GPU</source>
        <translation>显卡不可用</translation>
    </message>
    <message>
        <source>{0}, in the plan</source>
        <translation>{0}，已纳入方案</translation>
    </message>
    <message>
        <source>not in the plan</source>
        <translation>未纳入方案</translation>
    </message>
    <message>
        <source>shares the RAM and is counted there</source>
        <translation>与内存共用，已计入内存</translation>
    </message>
    <message>
        <source>this choice</source>
        <translation>此方案占用</translation>
    </message>
    <message>
        <source>lacks</source>
        <translation>缺少</translation>
    </message>
    <message>
        <source>free after it</source>
        <translation>余下</translation>
    </message>
    <message>
        <source>driver {0}</source>
        <translation>驱动 {0}</translation>
    </message>
    <message>
        <source>gibibytes</source>
        <translation>GiB</translation>
    </message>
    <message>
        <source>gigabytes</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>{0} used by other programs</source>
        <translation>其他程序占用 {0}</translation>
    </message>
    <message>
        <source>this choice takes {0}</source>
        <translation>此方案占用 {0}</translation>
    </message>
    <message>
        <source>{0} are missing</source>
        <translation>缺少 {0}</translation>
    </message>
    <message>
        <source>{0} stay free</source>
        <translation>余下 {0}</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
</context>
<context>
    <name>DeviceView</name>
    <message>
        <source>Whether the plan may use this card</source>
        <translation>方案是否可以使用这张显卡</translation>
    </message>
</context>
<context>
    <name>Explainer</name>
    <message>
        <source>How sure is this?</source>
        <translation>这有多可靠？</translation>
    </message>
    <message>
        <source>{0}: how sure is this?</source>
        <translation>{0}：这有多可靠？</translation>
    </message>
</context>
<context>
    <name>FitMatrixModel</name>
    <message>
        <source>not computed yet</source>
        <translation>尚未计算</translation>
    </message>
    <message>
        <source>left out by the filter</source>
        <translation>已被筛选排除</translation>
    </message>
    <message>
        <source>{name}: {count} billion parameters, {layers} layers, {context} of context at most</source>
        <translation>{name}：{count}B 参数，{layers} 层，上下文最长 {context}</translation>
    </message>
</context>
<context>
    <name>FitPage</name>
    <message>
        <source>this model takes {0} of context at most</source>
        <translation>此模型的上下文最长为 {0}</translation>
    </message>
</context>
<context>
    <name>Fixes</name>
    <message>
        <source>{0} more free on the disk, and it could be streamed.</source>
        <translation>硬盘再空出 {0}，就能从硬盘读取运行。</translation>
    </message>
    <message>
        <source>All on cards would take about {0} more VRAM.</source>
        <translation>要全部放在显卡上，约还需 {0} 显存。</translation>
    </message>
    <message>
        <source>A card that holds it would make it faster.</source>
        <translation>换用放得下它的显卡会更快。</translation>
    </message>
    <message>
        <source>{0} instead of {1}</source>
        <translation>用 {0} 代替 {1}</translation>
    </message>
    <message>
        <source>loses less, and still fits: {0}</source>
        <translation>损失更小，而且放得下：{0}</translation>
    </message>
    <message>
        <source>{0} of context instead of {1}</source>
        <translation>上下文用 {0} 而不是 {1}</translation>
    </message>
    <message>
        <source>the longest that stays on the GPU</source>
        <translation>仍能留在显卡上的最长上下文</translation>
    </message>
    <message>
        <source>{0} runs, which loses less: {1}</source>
        <translation>{0} 也能运行，损失更小：{1}</translation>
    </message>
    <message>
        <source>{0} KV cache</source>
        <translation>{0} KV 缓存</translation>
    </message>
    <message>
        <source>Add {0} GiB of RAM</source>
        <translation>加 {0} GiB 内存</translation>
    </message>
    <message>
        <source>Close {0}</source>
        <translation>关闭 {0}</translation>
    </message>
    <message>
        <source>frees {0} of VRAM; then everything is on the GPU</source>
        <translation>可空出 {0} 显存，之后就能全部放在显卡上</translation>
    </message>
    <message>
        <source>{0}, about {1} tokens/s</source>
        <translation>{0}，约 {1} 词元/秒</translation>
    </message>
</context>
<context>
    <name>Language</name>
    <message>
        <source>{0} {1}</source>
        <translation>{0}{1}</translation>
    </message>
</context>
<context>
    <name>LaterPages</name>
    <message>
        <source>The machine that is shown comes from a file.</source>
        <translation>所显示的机器来自文件。</translation>
    </message>
    <message>
        <source>The machine that is shown is imagined.</source>
        <translation>所显示的机器是假设的。</translation>
    </message>
</context>
<context>
    <name>MachineDetails</name>
    <message>
        <source>This machine in detail</source>
        <translation>本机详情</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查看</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Who uses the cards&apos; memory</source>
        <translation>谁在占用显存</translation>
    </message>
    <message>
        <source>Why is my card not here?</source>
        <translation>为什么没有我的显卡？</translation>
    </message>
    <message>
        <source>Everything that was asked for cards and for the rest of this machine, and what it said.</source>
        <translation>为显卡和本机其他部分询问过的一切，以及得到的回答。</translation>
    </message>
    <message>
        <source>The driver does not tell which programs use it.</source>
        <translation>驱动没有说明哪些程序在使用它。</translation>
    </message>
    <message>
        <source>No program uses it.</source>
        <translation>没有程序在使用它。</translation>
    </message>
    <message>
        <source>size not told</source>
        <translation>大小未知</translation>
    </message>
    <message>
        <source>{0} (process {1})</source>
        <translation>{0}（进程 {1}）</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>late</source>
        <translation>迟迟未答</translation>
    </message>
    <message>
        <source>seen</source>
        <translation>已看到</translation>
    </message>
    <message>
        <source>nothing there</source>
        <translation>什么也没有</translation>
    </message>
    <message>
        <source>not on this computer</source>
        <translation>这台电脑上没有</translation>
    </message>
    <message>
        <source>Asked: {0}</source>
        <translation>询问：{0}</translation>
    </message>
    <message>
        <source>The operating system</source>
        <translation>操作系统</translation>
    </message>
    <message>
        <source>The disk of the models</source>
        <translation>存放模型的硬盘</translation>
    </message>
    <message>
        <source>The list of memory modules</source>
        <translation>内存条清单</translation>
    </message>
    <message>
        <source>The list of devices</source>
        <translation>设备列表</translation>
    </message>
    <message>
        <source>NVIDIA&apos;s driver</source>
        <translation>NVIDIA 驱动</translation>
    </message>
    <message>
        <source>AMD&apos;s driver</source>
        <translation>AMD 驱动</translation>
    </message>
    <message>
        <source>Intel&apos;s driver</source>
        <translation>Intel 驱动</translation>
    </message>
    <message>
        <source>Apple&apos;s graphics</source>
        <translation>Apple 图形</translation>
    </message>
    <message>
        <source>Windows&apos; list of adapters</source>
        <translation>Windows 的显卡列表</translation>
    </message>
    <message>
        <source>The measurement of RAM</source>
        <translation>内存测量</translation>
    </message>
    <message>
        <source>The measurement of the disk</source>
        <translation>硬盘的测量</translation>
    </message>
    <message>
        <source>The search for installed runtimes</source>
        <translation>查找已安装的引擎</translation>
    </message>
    <message>
        <source>The search for model files</source>
        <translation>查找模型文件</translation>
    </message>
</context>
<context>
    <name>MachineStrip</name>
    <message>
        <source>This machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Looking at this machine…</source>
        <translation>正在查看本机…</translation>
    </message>
    <message>
        <source>It asks the driver and the system. A sleeping laptop card is left asleep.</source>
        <translation>正在询问驱动和系统。休眠中的笔记本显卡不会被唤醒。</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>asking the driver</source>
        <translation>正在询问驱动</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>asking the system</source>
        <translation>正在询问系统</translation>
    </message>
    <message>
        <source>Disk · models</source>
        <translation>硬盘 · 模型</translation>
    </message>
    <message>
        <source>live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>The look at this machine failed</source>
        <translation>未能查看本机</translation>
    </message>
    <message>
        <source>{0}. F5 looks again.</source>
        <translation>{0}。按 F5 重新查看。</translation>
    </message>
    <message>
        <source>recorded</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>as of {0}</source>
        <translation>截至 {0}</translation>
    </message>
    <message>
        <source>No usable GPU</source>
        <translation>没有可用的显卡</translation>
    </message>
    <message>
        <source>Who uses my cards?</source>
        <translation>谁在用我的显卡？</translation>
    </message>
    <message>
        <source>Why is my card not here?</source>
        <translation>为什么没有我的显卡？</translation>
    </message>
    <message>
        <source>What if…</source>
        <translation>假设…</translation>
    </message>
    <message>
        <source>Plan for other cards and RAM</source>
        <translation>换成其他显卡和内存来规划</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>处理器</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Fit</source>
        <translation>适配</translation>
    </message>
    <message>
        <source>Model sheet</source>
        <translation>模型资料</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
</context>
<context>
    <name>MatrixBar</name>
    <message>
        <source>All models</source>
        <translation>全部模型</translation>
    </message>
    <message>
        <source>fits on GPU</source>
        <translation>显卡放得下</translation>
    </message>
    <message>
        <source>20 tokens/s or more</source>
        <translation>每秒 20 词元以上</translation>
    </message>
    <message>
        <source>hide rare types</source>
        <translation>隐藏少见类型</translation>
    </message>
    <message>
        <source>llama.cpp has 33 file types; people meet eleven of them every day</source>
        <translation>llama.cpp 有 33 种文件类型，平时常见的是其中十一种</translation>
    </message>
    <message>
        <source>Sort models</source>
        <translation>模型排序</translation>
    </message>
    <message>
        <source>largest first</source>
        <translation>从大到小</translation>
    </message>
    <message>
        <source>smallest first</source>
        <translation>从小到大</translation>
    </message>
    <message>
        <source>best score first</source>
        <translation>成绩高的在前</translation>
    </message>
    <message>
        <source>fastest first</source>
        <translation>快的在前</translation>
    </message>
    <message>
        <source>{0} · t/s</source>
        <translation>{0} · 词元/秒</translation>
    </message>
    <message>
        <source>{0} needed · tokens per second</source>
        <translation>所需 {0} · 每秒词元数</translation>
    </message>
</context>
<context>
    <name>MatrixView</name>
    <message>
        <source>Models by quantization</source>
        <translation>各模型的量化类型</translation>
    </message>
</context>
<context>
    <name>ModelHeader</name>
    <message>
        <source>experts</source>
        <translation>混合专家</translation>
    </message>
    <message>
        <source>dense</source>
        <translation>稠密</translation>
    </message>
    <message>
        <source>{0} · also {1}</source>
        <translation>{0} · 含 {1}</translation>
    </message>
    <message>
        <source>{0} · {1} layers</source>
        <translation>{0} · {1} 层</translation>
    </message>
</context>
<context>
    <name>NavBar</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search models, quantizations and cards (Ctrl+K)</source>
        <translation>搜索模型、量化类型和显卡（Ctrl+K）</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Menu (F10)</source>
        <translation>菜单（F10）</translation>
    </message>
    <message>
        <source>Sizes in {0}</source>
        <translation>大小以 {0} 显示</translation>
    </message>
    <message>
        <source>Sizes are in {0}; click for {1}</source>
        <translation>大小以 {0} 显示；点击改为 {1}</translation>
    </message>
    <message>
        <source>Language: {0}</source>
        <translation>语言：{0}</translation>
    </message>
    <message>
        <source>Click for {0}</source>
        <translation>点击切换为 {0}</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Dismiss this notice</source>
        <translation>关闭这条通知</translation>
    </message>
</context>
<context>
    <name>OwnFileReader</name>
    <message>
        <source>Models and reports (*.gguf *.json);;All files (*)</source>
        <translation>模型和报告 (*.gguf *.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open a model file or a report</source>
        <translation>打开模型文件或报告</translation>
    </message>
</context>
<context>
    <name>OwnFileRow</name>
    <message>
        <source>The machine is not known yet</source>
        <translation>尚不了解这台机器</translation>
    </message>
    <message>
        <source>Your file {0}</source>
        <translation>您的文件 {0}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>Popover</name>
    <message>
        <source>Source: {0}</source>
        <translation>来源：{0}</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>Yes: {0} fits on the GPU alone, with {1} of context.</source>
        <translation>可以：上下文 {1} 时，{0} 全部放得进显卡。</translation>
    </message>
    <message>
        <source>Yes, with offload: {0} runs on GPU and RAM together, with {1} of context.</source>
        <translation>可以，需分担：上下文 {1} 时，{0} 由显卡与内存共同运行。</translation>
    </message>
    <message>
        <source>Yes, but without a GPU: {0} runs from RAM, on the processor, with {1} of context.</source>
        <translation>可以，但不用显卡：上下文 {1} 时，{0} 从内存由处理器运行。</translation>
    </message>
    <message>
        <source>Not from memory: {0} would stream from the disk for every token, with {1} of context.</source>
        <translation>内存放不下：上下文 {1} 时，{0} 每个词元都要从硬盘读取。</translation>
    </message>
    <message>
        <source>No: {0} does not run here, with {1} of context.</source>
        <translation>不行：上下文 {1} 时，{0} 无法在此运行。</translation>
    </message>
    <message>
        <source>It needs {0} in all and lacks {1} of {2}.</source>
        <translation>它共需 {0}，还差 {1} 的{2}。</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>compute</source>
        <translation>计算缓冲</translation>
    </message>
    <message>
        <source>runtime</source>
        <translation>运行时</translation>
    </message>
    <message>
        <source>in all</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>may use</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>left</source>
        <translation>剩余</translation>
    </message>
    <message>
        <source>The runtime&apos;s part is a margin; verifying measures it.</source>
        <translation>运行时所占的部分是预留的估计值；运行验证即可测得。</translation>
    </message>
    <message>
        <source>A hard question takes about {0} tokens of thinking: {1} at this speed.</source>
        <translation>一道难题约需思考 {0} 个词元：按此速度为 {1}。</translation>
    </message>
    <message>
        <source>Tokens per second with the context full</source>
        <translation>上下文填满时的每秒词元数</translation>
    </message>
    <message>
        <source>reading weights from {0}</source>
        <translation>从{0}读取权重</translation>
    </message>
    <message>
        <source>reading the cache from {0}</source>
        <translation>从{0}读取缓存</translation>
    </message>
    <message>
        <source>unpacking weights on {0}</source>
        <translation>在{0}上解开权重</translation>
    </message>
    <message>
        <source>starting the work of each layer on {0}</source>
        <translation>在{0}上启动各层的计算</translation>
    </message>
    <message>
        <source>handing over between devices</source>
        <translation>设备之间的传递</translation>
    </message>
    <message>
        <source>computing on {0}</source>
        <translation>在{0}上计算</translation>
    </message>
    <message>
        <source>attention over the prompt on {0}</source>
        <translation>在{0}上对提示词做注意力计算</translation>
    </message>
    <message>
        <source>fetching weights over {0}</source>
        <translation>经{0}取权重</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <source>Paste one of the commands below into a terminal; the placement is in it.</source>
        <translation>把下面的一条命令粘贴到终端；摆放方式已写在其中。</translation>
    </message>
    <message>
        <source>Compare the speed with the band above; far below it, look at the driver&apos;s memory first.</source>
        <translation>把实际速度与上面的范围比较；若低得多，先看驱动占用的显存。</translation>
    </message>
    <message>
        <source>card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>runs</source>
        <translation>运行方式</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>{0} of the unquantized model: {1} % (source: {2})</source>
        <translation>未量化模型的 {0}：{1} %（来源：{2}）</translation>
    </message>
    <message>
        <source>measured on {0}</source>
        <translation>在 {0} 上测得</translation>
    </message>
    <message>
        <source>measured on a smaller model, {0}; a large one loses less</source>
        <translation>在较小的模型上测得（{0}）；大模型损失更小</translation>
    </message>
    <message>
        <source>activations</source>
        <translation>激活值</translation>
    </message>
    <message>
        <source>growth of the process</source>
        <translation>进程增长</translation>
    </message>
    <message>
        <source>This pass in torch: {0} tokens/s; reading {1} tokens/s.</source>
        <translation>这次在 torch 中：每秒 {0} 个词元；读取提示词每秒 {1} 个。</translation>
    </message>
    <message>
        <source>speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>exact, to the byte</source>
        <translation>精确到字节</translation>
    </message>
    <message>
        <source>a margin, not a measurement</source>
        <translation>是余量，不是测量</translation>
    </message>
    <message>
        <source>predicted, with a band</source>
        <translation>预测，带范围</translation>
    </message>
    <message>
        <source>predicted from assumed rates</source>
        <translation>按假定的速率预测</translation>
    </message>
    <message>
        <source>It lacks {0} of {1}; expect {2}.</source>
        <translation>还差 {0} 的{1}；预计{2}。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>all devices</source>
        <translation>全部设备</translation>
    </message>
    <message>
        <source>RAM by context, {1}</source>
        <translation>内存随上下文的变化，{1}</translation>
    </message>
    <message>
        <source>Memory of {0} by context, {1}</source>
        <translation>{0} 显存随上下文的变化，{1}</translation>
    </message>
    <message>
        <source>The context of {0} is too short for that: the answer would be cut off.</source>
        <translation>{0} 的上下文不够用：回答会被截断。</translation>
    </message>
    <message>
        <source>what takes the time of a token</source>
        <translation>一个词元的时间花在哪里</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>GB moved</source>
        <translation>搬运 GB</translation>
    </message>
    <message>
        <source>Keep {0} of {1} free: close other programs that use it.</source>
        <translation>在{1}中留出 {0}：关闭占用它的其他程序。</translation>
    </message>
    <message>
        <source>the same model as</source>
        <translation>同一模型，改用</translation>
    </message>
    <message>
        <source>How good</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>source: {0}</source>
        <translation>来源：{0}</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>How these numbers came about</source>
        <translation>这些数字的由来</translation>
    </message>
    <message>
        <source>Chats at once</source>
        <translation>同时对话数</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>in {0}</source>
        <translation>单位 {0}</translation>
    </message>
    <message>
        <source>Answers at {0}.</source>
        <translation>回答速度{0}。</translation>
    </message>
    <message>
        <source>Reads a prompt at {0}.</source>
        <translation>读取提示词的速度{0}。</translation>
    </message>
    <message>
        <source>Runtimes that cannot do this:</source>
        <translation>以下运行时无法这样运行：</translation>
    </message>
    <message>
        <source>Make room: {0} on the disk for the file.</source>
        <translation>在硬盘上为文件留出 {0}。</translation>
    </message>
    <message>
        <source>{0} each</source>
        <translation>每张 {0}</translation>
    </message>
    <message>
        <source>May use: free memory less a reserve of {0}; the runtime&apos;s part is taken from that reserve.</source>
        <translation>可用：空闲内存减去 {0} 的预留；运行时所占的部分从该预留中扣除。</translation>
    </message>
    <message>
        <source>tokens/s, context full</source>
        <translation>上下文填满时词元/秒</translation>
    </message>
    <message>
        <source>The file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>{0} of RAM</source>
        <translation>内存 {0}</translation>
    </message>
    <message>
        <source>Not verified</source>
        <translation>未能实测</translation>
    </message>
    <message>
        <source>number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>how sure</source>
        <translation>可靠程度</translation>
    </message>
    <message>
        <source>where from</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Weights, KV cache and compute buffers: what llama.cpp allocates, to the byte.</source>
        <translation>权重、KV 缓存和计算缓冲：与 llama.cpp 的分配一致，精确到字节。</translation>
    </message>
    <message>
        <source>Runtime overhead of a card: a margin, unless it was seen on that card.</source>
        <translation>显卡上的运行时开销：是余量，除非在该卡上实测过。</translation>
    </message>
    <message>
        <source>Tokens per second: predicted from the bytes that each token moves.</source>
        <translation>每秒词元数：由每个词元搬运的字节数预测。</translation>
    </message>
    <message>
        <source>{0} tokens</source>
        <translation>{0} 个词元</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>已占用</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>Everything is on the GPU already; another quantization trades quality for speed and room.</source>
        <translation>已全部在显卡上；换用其他量化是在质量与速度、空间之间取舍。</translation>
    </message>
    <message>
        <source>No shorter context, smaller cache or smaller quantization changes where it runs.</source>
        <translation>缩短上下文、缩小缓存或改用更小的量化都不会改变运行方式。</translation>
    </message>
    <message>
        <source>{0} in all</source>
        <translation>合计 {0}</translation>
    </message>
    <message>
        <source>perplexity +{0} %</source>
        <translation>困惑度 +{0} %</translation>
    </message>
    <message>
        <source>mean divergence {0}</source>
        <translation>平均散度 {0}</translation>
    </message>
    <message>
        <source>device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>predicted, bytes</source>
        <translation>预测，字节</translation>
    </message>
    <message>
        <source>measured, bytes</source>
        <translation>实测，字节</translation>
    </message>
    <message>
        <source>It takes {0} and answers at {1}.</source>
        <translation>它占用 {0}，回答速度{1}。</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>约 {0}</translation>
    </message>
    <message>
        <source>Nobody published what {0} loses.</source>
        <translation>没有人公布过 {0} 的损失。</translation>
    </message>
    <message>
        <source>RAM unknown</source>
        <translation>内存未知</translation>
    </message>
    <message>
        <source>{0} of these {1} run from memory here, with {2} of context.</source>
        <translation>上下文 {2} 时，这 {1} 个中有 {0} 个可在此从内存运行。</translation>
    </message>
    <message>
        <source>The fastest is {0}: {1}.</source>
        <translation>最快的是 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} of {1} files run from memory here with {2} of context, {3} of them all on the GPU.</source>
        <translation>上下文 {2} 时，{1} 个文件中有 {0} 个可在此从内存运行，其中 {3} 个全部在显卡上。</translation>
    </message>
    <message>
        <source>Will {0} run?</source>
        <translation>{0} 能运行吗？</translation>
    </message>
    <message>
        <source>Which of these runs best?</source>
        <translation>其中哪个运行得最好？</translation>
    </message>
    <message>
        <source>What runs on this machine?</source>
        <translation>这台机器能运行什么？</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Left out, because their limit is below {0} of context: {1}.</source>
        <translation>未列出（上下文上限低于 {0}）：{1}。</translation>
    </message>
    <message>
        <source>Recommended: {0}, {1}, {2}.</source>
        <translation>推荐：{0}，{1}，{2}。</translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation>没有显卡</translation>
    </message>
    <message>
        <source>an imagined machine</source>
        <translation>假想的机器</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存与显存</translation>
    </message>
    <message>
        <source>Where it lies</source>
        <translation>放在哪里</translation>
    </message>
    <message>
        <source>Every model by every quantization</source>
        <translation>各模型与各量化</translation>
    </message>
    <message>
        <source>The machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>memory unknown</source>
        <translation>显存未知</translation>
    </message>
    <message>
        <source>free: unknown</source>
        <translation>空闲：未知</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Kept free</source>
        <translation>预留</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>{0} h</source>
        <translation>{0} 小时</translation>
    </message>
    <message>
        <source>How fast</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Run it</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>What would make it better</source>
        <translation>怎样能更好</translation>
    </message>
    <message>
        <source>What would make it fit</source>
        <translation>怎样才能放得下</translation>
    </message>
    <message>
        <source>Cards that run it</source>
        <translation>能运行它的显卡</translation>
    </message>
    <message>
        <source>lacks {0}</source>
        <translation>差 {0}</translation>
    </message>
    <message>
        <source>{0} t/s</source>
        <translation>{0}/秒</translation>
    </message>
    <message>
        <source>not planned for</source>
        <translation>未计入</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Disk for models</source>
        <translation>模型所在硬盘</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>FitCheck {0}, {1}</source>
        <translation>FitCheck {0}，{1}</translation>
    </message>
    <message>
        <source>None of these {0} runs from memory here, with {1} of context.</source>
        <translation>上下文 {1} 时，这 {0} 个都不能在此从内存运行。</translation>
    </message>
    <message>
        <source>Each cell: {0} it takes in all, and tokens per second or what it lacks.</source>
        <translation>每格：合计占用（{0}），以及每秒词元数或所差的量。</translation>
    </message>
    <message>
        <source>{0} free</source>
        <translation>空闲 {0}</translation>
    </message>
    <message>
        <source>{0} cores</source>
        <translation>{0} 核</translation>
    </message>
    <message>
        <source>driver {0}</source>
        <translation>驱动 {0}</translation>
    </message>
    <message>
        <source>{0} on every device</source>
        <translation>每个设备 {0}</translation>
    </message>
    <message>
        <source>{0} available</source>
        <translation>可用 {0}</translation>
    </message>
    <message>
        <source>{0} of context: {1}</source>
        <translation>上下文 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} of context in use: {1}</source>
        <translation>已用上下文 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} free of {1}</source>
        <translation>余 {0}，共 {1}</translation>
    </message>
    <message>
        <source>{0} too much for {1}</source>
        <translation>超出 {0}，共 {1}</translation>
    </message>
    <message>
        <source>context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>{0}, here already</source>
        <translation>{0}，本机已有</translation>
    </message>
    <message>
        <source>The runtime&apos;s part was measured on this computer.</source>
        <translation>运行时所占的部分是在这台计算机上测得的。</translation>
    </message>
    <message>
        <source>The runtime&apos;s part was measured on {0}; elsewhere it is a margin.</source>
        <translation>运行时所占的部分在 {0} 上测得；其余设备上是预留的估计值。</translation>
    </message>
    <message>
        <source>file, {0}</source>
        <translation>文件，{0}</translation>
    </message>
    <message>
        <source>how much is free is unknown</source>
        <translation>空闲多少未知</translation>
    </message>
    <message>
        <source>margin {0}</source>
        <translation>预留 {0}</translation>
    </message>
    <message>
        <source>free: {0}</source>
        <translation>空闲：{0}</translation>
    </message>
    <message>
        <source>may use: {0}</source>
        <translation>可用：{0}</translation>
    </message>
    <message>
        <source>stops at {0}</source>
        <translation>到 {0} 为止</translation>
    </message>
    <message>
        <source>in RAM</source>
        <translation>在内存中</translation>
    </message>
    <message>
        <source>Layers {0}; experts of layers {1}.</source>
        <translation>各层：{0}；各层的专家：{1}。</translation>
    </message>
    <message>
        <source>Layers {0}.</source>
        <translation>各层：{0}。</translation>
    </message>
    <message>
        <source>parted between {0}</source>
        <translation>分放在 {0}</translation>
    </message>
    <message>
        <source>on {0}</source>
        <translation>在 {0} 上</translation>
    </message>
    <message>
        <source>attention, shared</source>
        <translation>注意力与共享部分</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>out</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>{0} experts each</source>
        <translation>每层 {0} 个专家</translation>
    </message>
    <message>
        <source>about {expected} tokens/s ({low} to {high})</source>
        <translation>约 {expected} 词元/秒（{low} 至 {high}）</translation>
    </message>
    <message>
        <source>the link to the card</source>
        <translation>与显卡的连接</translation>
    </message>
    <message>
        <source>the disk</source>
        <translation>硬盘</translation>
    </message>
    <message>
        <source>on the GPU</source>
        <translation>全部在显卡</translation>
    </message>
    <message>
        <source>GPU + RAM</source>
        <translation>显卡 + 内存</translation>
    </message>
    <message>
        <source>RAM only</source>
        <translation>仅内存</translation>
    </message>
    <message>
        <source>streams from SSD</source>
        <translation>从硬盘读取</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>放不下</translation>
    </message>
    <message>
        <source>disk space</source>
        <translation>硬盘空间</translation>
    </message>
    <message>
        <source>VRAM</source>
        <translation>显存</translation>
    </message>
</context>
<context>
    <name>ReportControls</name>
    <message>
        <source>This choice</source>
        <translation>此选择</translation>
    </message>
    <message>
        <source>A comparison</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Every model</source>
        <translation>全部模型</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Report on</source>
        <translation>报告内容</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>纸张</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>with what Verify measured</source>
        <translation>包含“实测”页测得的结果</translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Putting the report together…</source>
        <translation>正在生成报告…</translation>
    </message>
    <message>
        <source>Nothing to report on yet: choose a cell on the Fit page that has an answer.</source>
        <translation>还没有可报告的内容：请在“适配”页选择一个有结果的格子。</translation>
    </message>
    <message>
        <source>{0}: made by FitCheck {1} on {2}, for {3}.</source>
        <translation>{0}：由 FitCheck {1} 于 {2} 生成，针对 {3}。</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Save the report in the format that is chosen (Ctrl+S)</source>
        <translation>按所选格式保存报告 (Ctrl+S)</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Open a report…</source>
        <translation>打开报告…</translation>
    </message>
    <message>
        <source>Back to the choice</source>
        <translation>返回此选择</translation>
    </message>
</context>
<context>
    <name>ReportPrinter</name>
    <message>
        <source>Print the report</source>
        <translation>打印报告</translation>
    </message>
    <message>
        <source>The report is printed.</source>
        <translation>报告已打印。</translation>
    </message>
</context>
<context>
    <name>ReportSaver</name>
    <message>
        <source>The last report is still being written.</source>
        <translation>上一份报告还在写入。</translation>
    </message>
    <message>
        <source>The report could not be written: {0}.</source>
        <translation>无法写入报告：{0}。</translation>
    </message>
    <message>
        <source>The report is saved: {0}</source>
        <translation>报告已保存：{0}</translation>
    </message>
    <message>
        <source>The report could not be written.</source>
        <translation>报告未能写入。</translation>
    </message>
</context>
<context>
    <name>Said</name>
    <message>
        <source>everything fits on the cards</source>
        <translation>即可全部放进显卡</translation>
    </message>
    <message>
        <source>it runs on cards and RAM together</source>
        <translation>即可由显卡和内存一起运行</translation>
    </message>
    <message>
        <source>it runs in RAM</source>
        <translation>即可在内存中运行</translation>
    </message>
    <message>
        <source>it streams from the disk</source>
        <translation>即可从硬盘读取运行</translation>
    </message>
    <message>
        <source>it does not run</source>
        <translation>仍无法运行</translation>
    </message>
    <message>
        <source>With a context of {0} instead of {1}, {2}.</source>
        <translation>上下文从 {1} 改为 {0}，{2}。</translation>
    </message>
    <message>
        <source>With a KV cache of {0}, {1}.</source>
        <translation>KV 缓存改用 {0}，{1}。</translation>
    </message>
    <message>
        <source>With {0} more RAM it runs from memory.</source>
        <translation>再加 {0} 内存即可在内存中运行。</translation>
    </message>
    <message>
        <source>With {0} more free on the disk it can be streamed.</source>
        <translation>硬盘再空出 {0} 即可从硬盘读取运行。</translation>
    </message>
    <message>
        <source>For everything on cards, about {0} of VRAM are missing.</source>
        <translation>若要全部放进显卡，大约还缺 {0} 显存。</translation>
    </message>
    <message>
        <source>As {0}, {1}.</source>
        <translation>改用 {0}，{1}。</translation>
    </message>
    <message>
        <source>types of llama.cpp&apos;s quantizer (src/llama-quant.cpp) for the tensors of the published configuration</source>
        <translation>llama.cpp 量化器（src/llama-quant.cpp）给已发布配置中各张量的类型</translation>
    </message>
    <message>
        <source>llama.cpp src/llama-kv-cache.cpp; the context padded as in src/llama-context.cpp</source>
        <translation>llama.cpp 的 src/llama-kv-cache.cpp；上下文按 src/llama-context.cpp 的方式补齐</translation>
    </message>
    <message>
        <source>llama.cpp&apos;s graph of one batch, scheduled and laid out as ggml-backend.cpp and ggml-alloc.c do</source>
        <translation>llama.cpp 一批的计算图，按 ggml-backend.cpp 和 ggml-alloc.c 的方式调度和布局</translation>
    </message>
    <message>
        <source>the least that Ollama books for a card (its log of an RTX 3060); seen elsewhere: 0.2 to 0.5 GiB</source>
        <translation>Ollama 为一张显卡预留的最小值（取自 RTX 3060 的日志）；别处见到的是 0.2 至 0.5 GiB</translation>
    </message>
    <message>
        <source>roofline over bytes moved; the rates are fitted to 145 published cases (docs/how-speed-is-predicted.md)</source>
        <translation>按搬运的字节数推算的屋顶线模型；各速率拟合自 145 个已公布的实例（docs/how-speed-is-predicted.md）</translation>
    </message>
    <message>
        <source>{0} takes {1} tokens of context at most, not {2}.</source>
        <translation>{0} 的上下文最多 {1} 个词元，不能是 {2}。</translation>
    </message>
    <message>
        <source>, but for {0} of their tensors on what is left of the cards</source>
        <translation>，其中 {0} 个张量用掉显卡余下的空间</translation>
    </message>
    <message>
        <source>Files of the older conversion (attn_kv_b) need {0} times the KV cache of current ones; a current file is worth its download.</source>
        <translation>较旧转换方式的文件（attn_kv_b）所需的 KV 缓存是新文件的 {0} 倍；值得重新下载新文件。</translation>
    </message>
    <message>
        <source>All {0} layers and the KV cache fit on {1}, {2} to spare.</source>
        <translation>全部 {0} 层和 KV 缓存都放得进 {1}，还余 {2}。</translation>
    </message>
    <message>
        <source>The tightest card keeps {0} beyond its margin.</source>
        <translation>最紧张的显卡在预留之外还余 {0}。</translation>
    </message>
    <message>
        <source>every layer</source>
        <translation>每一层</translation>
    </message>
    <message>
        <source>layers {0} to {1}</source>
        <translation>第 {0} 至 {1} 层</translation>
    </message>
    <message>
        <source>Only the processor was asked for</source>
        <translation>只要求使用处理器</translation>
    </message>
    <message>
        <source>{0}; everything fits in RAM ({1}).</source>
        <translation>{0}；内存放得下全部内容（{1}）。</translation>
    </message>
    <message>
        <source>The weights do not fit: {0} of RAM are missing, so they would be read from the disk again for every token.</source>
        <translation>权重放不下：还缺 {0} 内存，因此每个词元都要从硬盘重新读取。</translation>
    </message>
    <message>
        <source>Attention and shared weights of all {0} layers fit on {1}; the routed experts of {2} stay in RAM ({3}){4}.</source>
        <translation>全部 {0} 层的注意力和共享权重放得进 {1}；{2}的路由专家留在内存中（{3}）{4}。</translation>
    </message>
    <message>
        <source>{0} of {1} layers (the output layer counts as one) fit on {2}; {3} of weights stay in RAM.</source>
        <translation>{1} 层（输出层也算一层）中有 {0} 层放得进 {2}；{3} 的权重留在内存中。</translation>
    </message>
    <message>
        <source>No card was named</source>
        <translation>没有指定显卡</translation>
    </message>
    <message>
        <source>No card can be planned for</source>
        <translation>没有可纳入方案的显卡</translation>
    </message>
    <message>
        <source>What was fixed of the placement is too large for {0}: {1} are missing.</source>
        <translation>固定下来的放置对 {0} 来说太大：缺少 {1}。</translation>
    </message>
    <message>
        <source>The free RAM is unknown, so what stays in RAM is not checked.</source>
        <translation>空闲内存未知，所以没有检查留在内存中的部分。</translation>
    </message>
    <message>
        <source>The file is {0}; {1} has {2} free.</source>
        <translation>文件为 {0}；{1} 只剩 {2}。</translation>
    </message>
    <message>
        <source>Memory is counted for the GGUF file in llama.cpp; an engine that divides every layer reads the makers&apos; checkpoint instead, which estimate --engine prices.</source>
        <translation>内存按 llama.cpp 加载 GGUF 文件计算；把每一层拆分到各显卡的引擎读取的是官方检查点，请用 estimate --engine 估算。</translation>
    </message>
    <message>
        <source>{0} files exist only with an importance matrix.</source>
        <translation>{0} 文件都是用重要性矩阵制作的。</translation>
    </message>
    <message>
        <source>The weights do not fit in memory, and the disk lacks {0} for the file of {1}.</source>
        <translation>内存放不下权重，而硬盘存放 {1} 的文件还缺 {0}。</translation>
    </message>
    <message>
        <source>Even without the weights, {0} are needed in RAM; {1} are missing in all.</source>
        <translation>即使不算权重，内存也要 {0}；总共缺少 {1}。</translation>
    </message>
    <message>
        <source>{0} shares the computer&apos;s RAM and is not planned for.</source>
        <translation>{0} 与电脑共用内存，未纳入方案。</translation>
    </message>
    <message>
        <source>its free memory is unknown</source>
        <translation>空闲显存未知</translation>
    </message>
    <message>
        <source>{0} is left out: {1}</source>
        <translation>{0} 未纳入方案：{1}</translation>
    </message>
    <message>
        <source>llama.cpp does not support different K ({0}) and V ({1}) cache types for this model: latent attention (MLA) keeps one cache for both.</source>
        <translation>llama.cpp 不支持此模型的 K（{0}）和 V（{1}）使用不同的缓存类型：潜在注意力（MLA）只有一个共用缓存。</translation>
    </message>
    <message>
        <source>llama.cpp needs flash attention for a quantized V cache ({0}): turn flash attention on or take f16 for V.</source>
        <translation>量化的 V 缓存（{0}）需要快速注意力：请开启它，或让 V 使用 f16。</translation>
    </message>
    <message>
        <source>With it no placement of this model fits on the cards.</source>
        <translation>若使用它，此模型在各显卡上就没有可行的放置方式。</translation>
    </message>
    <message>
        <source>{0} are free there, and {1} have to stay free.</source>
        <translation>该显卡空闲 {0}，而必须留空 {1}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a quantization FitCheck knows.</source>
        <translation>FitCheck 不认识量化类型“{0}”。</translation>
    </message>
    <message>
        <source>{0} GB/s (two channels of DDR4-3200)</source>
        <translation>{0} GB/s（双通道 DDR4-3200）</translation>
    </message>
    <message>
        <source>The bandwidth of the RAM is unknown; {0} is assumed.</source>
        <translation>内存带宽未知；按 {0} 计算。</translation>
    </message>
    <message>
        <source>The number of processor cores is unknown; {0} are assumed.</source>
        <translation>处理器核数未知；按 {0} 核计算。</translation>
    </message>
    <message>
        <source>The speed of the disk is unknown; {0} is assumed.</source>
        <translation>硬盘速度未知；按 {0} 计算。</translation>
    </message>
    <message>
        <source>The bandwidth of {0} is unknown; {1} GB/s is assumed.</source>
        <translation>{0} 的带宽未知；按 {1} GB/s 计算。</translation>
    </message>
    <message>
        <source>The FP16 rate of {0} is unknown; {1} TFLOPS is assumed.</source>
        <translation>{0} 的 FP16 算力未知；按 {1} TFLOPS 计算。</translation>
    </message>
    <message>
        <source>{0} is published in BF16; FP8 in blocks is R1&apos;s own format.</source>
        <translation>{0} 以 BF16 发布；分块 FP8 是 R1 自己的格式。</translation>
    </message>
    <message>
        <source>{0} attention heads do not divide by {1} cards.</source>
        <translation>{0} 个注意力头不能平分给 {1} 张显卡。</translation>
    </message>
    <message>
        <source>{0} layers do not fill {1} stages.</source>
        <translation>{0} 层填不满 {1} 级。</translation>
    </message>
    <message>
        <source>{0} experts do not divide by {1} cards.</source>
        <translation>{0} 个专家不能平分给 {1} 张显卡。</translation>
    </message>
    <message>
        <source> in blocks of {0}</source>
        <translation>（每块 {0} 个）</translation>
    </message>
    <message>
        <source>{0} values of a layer{1} do not divide by {2} cards.</source>
        <translation>一层的 {0} 个值{1}不能平分给 {2} 张显卡。</translation>
    </message>
    <message>
        <source>{0} tokens/s ({1} to {2})</source>
        <translation>{0} 词元/秒（{1} 至 {2}）</translation>
    </message>
    <message>
        <source>limited by {0} ({1} of the time)</source>
        <translation>受限于{0}（占时间的 {1}）</translation>
    </message>
    <message>
        <source>Answers at about {0}, {1}.</source>
        <translation>回答速度约 {0}，{1}。</translation>
    </message>
    <message>
        <source>Reads a prompt at about {0}, {1}.</source>
        <translation>读取提示词约 {0}，{1}。</translation>
    </message>
    <message>
        <source>Loading takes about {0}.</source>
        <translation>加载约需 {0}。</translation>
    </message>
    <message>
        <source>{0}: weights of {1} a token</source>
        <translation>{0}：每个词元读取权重 {1}</translation>
    </message>
    <message>
        <source>{0}: a cache of {1}</source>
        <translation>{0}：缓存 {1}</translation>
    </message>
    <message>
        <source>{0}: unpacking quantized weights</source>
        <translation>{0}：解开量化的权重</translation>
    </message>
    <message>
        <source>{0}: starting the work of each layer</source>
        <translation>{0}：启动每一层的工作</translation>
    </message>
    <message>
        <source>handing over between devices</source>
        <translation>设备之间的传递</translation>
    </message>
    <message>
        <source>{0}: attention over the prompt</source>
        <translation>{0}：对提示词的注意力</translation>
    </message>
    <message>
        <source>{0}: weights of {1}</source>
        <translation>{0}：权重 {1}</translation>
    </message>
    <message>
        <source>A reasoning answer of {0} tokens, typical of hard questions, takes about {1}.</source>
        <translation>难题的推理回答通常有 {0} 个词元，约需 {1}。</translation>
    </message>
    <message>
        <source>the disk</source>
        <translation>硬盘</translation>
    </message>
    <message>
        <source>the link to the card</source>
        <translation>与显卡的连接</translation>
    </message>
    <message>
        <source>Note: a context of {0} tokens is shorter than such an answer.</source>
        <translation>注意：{0} 个词元的上下文比这样的回答短。</translation>
    </message>
    <message>
        <source>the processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Everything that the plan puts on each device was allocated and ran</source>
        <translation>方案放到每个设备上的一切都已分配并运行</translation>
    </message>
    <message>
        <source>{0} of {1} layers ran and took what was predicted</source>
        <translation>{1} 层中运行了 {0} 层，占用与预测一致</translation>
    </message>
    <message>
        <source>It fits with {0} to spare: {1}.</source>
        <translation>放得下，还余 {0}：{1}。</translation>
    </message>
    <message>
        <source> with {0} to spare</source>
        <translation>，还余 {0}</translation>
    </message>
    <message>
        <source>By scaling it fits{0}: {1}; a thorough run would allocate all of it.</source>
        <translation>按比例推算放得下{0}：{1}；--thorough 会把全部都分配一遍。</translation>
    </message>
    <message>
        <source>It fits: {0}; how much is left, nothing tells.</source>
        <translation>放得下：{0}；还剩多少无从得知。</translation>
    </message>
    <message>
        <source>It fits, but only just: {0}, with {1} to spare.</source>
        <translation>放得下，但很勉强：{0}，还余 {1}。</translation>
    </message>
    <message>
        <source>It does not fit: {0}, by which {1} of {2} are missing.</source>
        <translation>放不下：{0}，{2} 还缺 {1}。</translation>
    </message>
    <message>
        <source>outputs is a number from 0 up, not {0}.</source>
        <translation>outputs 应是不小于 0 的数，不能是 {0}。</translation>
    </message>
    <message>
        <source>{0} is a number from 1 up, not {1}.</source>
        <translation>{0} 应是不小于 1 的数，不能是 {1}。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a KV cache type of llama.cpp.</source>
        <translation>“{0}”不是 llama.cpp 的 KV 缓存类型。</translation>
    </message>
    <message>
        <source>M3 Ultra 512GB</source>
        <translation>M3 Ultra 512GB</translation>
    </message>
    <message>
        <source>24GiB@936GB/s for any other card</source>
        <translation>其他显卡可写作 24GiB@936GB/s</translation>
    </message>
    <message>
        <source>{0} cards, such as {1}</source>
        <translation>{0} 种显卡，例如 {1}</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; may mean {1}.</source>
        <translation>“{0}”可能指 {1}。</translation>
    </message>
    <message>
        <source> Did you mean {0}?</source>
        <translation>您是指 {0} 吗？</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a card FitCheck knows.{1}</source>
        <translation>FitCheck 不认识显卡“{0}”。{1}</translation>
    </message>
    <message>
        <source>; {0} changes that</source>
        <translation>；可用 {0} 更改</translation>
    </message>
    <message>
        <source>No card has a name of {0} characters.</source>
        <translation>没有名称长达 {0} 个字符的显卡。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; asks for {1} cards; 1 to {2} are possible.</source>
        <translation>“{0}”要求 {1} 张显卡；可以是 1 至 {2} 张。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; has a memory below zero.</source>
        <translation>“{0}”的显存小于零。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is {1} computers; a chip with unified memory counts once.</source>
        <translation>“{0}”是 {1} 台电脑；统一内存的芯片只能算一次。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is a card without memory; leave it out instead.</source>
        <translation>“{0}”是没有显存的显卡；请去掉它。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is a card that reads nothing.</source>
        <translation>“{0}”是一张什么也读不了的显卡。</translation>
    </message>
    <message>
        <source>The memory of {0} is the computer&apos;s own; add its size to the name.</source>
        <translation>{0} 使用电脑自己的内存；请在名称后加上大小。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; has no memory.</source>
        <translation>“{0}”没有显存。</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}.</source>
        <translation>无法读取 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} is a report; &apos;fitcheck report FILE -o NAME.html&apos; makes a document of it.</source>
        <translation>{0} 是一份报告；用“fitcheck report FILE -o NAME.html”可把它写成文档。</translation>
    </message>
    <message>
        <source>no ordinary file</source>
        <translation>不是普通文件</translation>
    </message>
    <message>
        <source>{0} is {1}; name a .gguf file or a config.json.</source>
        <translation>{0} {1}；请选择 .gguf 文件或 config.json。</translation>
    </message>
    <message>
        <source>{0} is empty (0 bytes).</source>
        <translation>{0} 是空的（0 字节）。</translation>
    </message>
    <message>
        <source>{0} is over {1} bytes, so no config.json.</source>
        <translation>{0} 超过 {1} 字节，因此不是 config.json。</translation>
    </message>
    <message>
        <source>{0} holds no JSON object, so it is no model&apos;s config.json.</source>
        <translation>{0} 不是 JSON 对象，因此不是模型的 config.json。</translation>
    </message>
    <message>
        <source>{0} says neither model_type nor architectures.</source>
        <translation>{0} 既没有 model_type 也没有 architectures。</translation>
    </message>
    <message>
        <source>{0} describes a model of the architecture {1}, which FitCheck cannot count.</source>
        <translation>{0} 描述的是 {1} 架构的模型，FitCheck 无法计算。</translation>
    </message>
    <message>
        <source>{0} sets {1} to {2}, which FitCheck does not count.</source>
        <translation>{0} 把 {1} 设为 {2}，FitCheck 不计算这种情况。</translation>
    </message>
    <message>
        <source>{0} has no q_lora_rank; FitCheck counts DeepSeek-V3 and R1, not the Lite models.</source>
        <translation>{0} 没有 q_lora_rank；FitCheck 只计算 DeepSeek-V3 和 R1，不计算 Lite 模型。</translation>
    </message>
    <message>
        <source>There is no file {0}.</source>
        <translation>没有文件 {0}。</translation>
    </message>
    <message>
        <source>{0} does not say {1}.</source>
        <translation>{0} 没有写明 {1}。</translation>
    </message>
    <message>
        <source>a number from {0} to {1}</source>
        <translation>{0} 至 {1} 的数</translation>
    </message>
    <message>
        <source>{0} has {1} for {2}, not {3}.</source>
        <translation>{0} 的 {2} 是 {1}，不是{3}。</translation>
    </message>
    <message>
        <source>{0} has {1} attention heads, which {2} KV heads do not share.</source>
        <translation>{0} 有 {1} 个注意力头，{2} 个 KV 头不能平分。</translation>
    </message>
    <message>
        <source>{0} is not a JSON file that can be read.</source>
        <translation>{0} 不是可读的 JSON 文件。</translation>
    </message>
    <message>
        <source>metadata keys</source>
        <translation>元数据键</translation>
    </message>
    <message>
        <source>{0} is damaged or cut short: {1}.</source>
        <translation>{0} 已损坏或不完整：{1}。</translation>
    </message>
    <message>
        <source>{0} is GGUF version {1}; FitCheck reads versions 2 and 3.</source>
        <translation>{0} 是 GGUF 第 {1} 版；FitCheck 可读第 2 和第 3 版。</translation>
    </message>
    <message>
        <source>texts in {0}</source>
        <translation>{0} 中的文本</translation>
    </message>
    <message>
        <source>{0} stores {1} as tensor type {2}, which FitCheck does not know</source>
        <translation>{0} 把 {1} 存为张量类型 {2}，FitCheck 不认识</translation>
    </message>
    <message>
        <source>its alignment is {0}, not a power of two</source>
        <translation>对齐值是 {0}，不是 2 的幂</translation>
    </message>
    <message>
        <source>{0} bytes of its tensors are missing; perhaps a download did not finish</source>
        <translation>张量缺少 {0} 字节；可能下载没有完成</translation>
    </message>
    <message>
        <source>{0} is not a GGUF file: it does not begin with &apos;GGUF&apos;.</source>
        <translation>{0} 不是 GGUF 文件：它不是以“GGUF”开头。</translation>
    </message>
    <message>
        <source>{0} is a big-endian GGUF file; FitCheck reads the others.</source>
        <translation>{0} 是大端序的 GGUF 文件；FitCheck 只读小端序。</translation>
    </message>
    <message>
        <source>it claims {0} {1}, more than it can hold</source>
        <translation>它声称有 {0} 个{1}，超出了它的容量</translation>
    </message>
    <message>
        <source>its header does not end within {0} bytes</source>
        <translation>文件头在 {0} 字节内没有结束</translation>
    </message>
    <message>
        <source>it claims longer names and texts than any model has</source>
        <translation>它声称的名称和文本比任何模型都长</translation>
    </message>
    <message>
        <source>it holds the metadata key {0} twice</source>
        <translation>元数据键 {0} 出现了两次</translation>
    </message>
    <message>
        <source>the metadata key {0} holds values of the unknown type {1}</source>
        <translation>元数据键 {0} 的值是未知类型 {1}</translation>
    </message>
    <message>
        <source>the tensor {0} has {1} dimensions</source>
        <translation>张量 {0} 有 {1} 维</translation>
    </message>
    <message>
        <source>{0}; forks such as ik_llama.cpp have types of their own.</source>
        <translation>{0}；ik_llama.cpp 等分支有自己的类型。</translation>
    </message>
    <message>
        <source>the tensor {0} cannot be {1} with the shape {2}</source>
        <translation>形状为 {2} 的张量 {0} 不能是 {1}</translation>
    </message>
    <message>
        <source>it lists the tensor {0} twice</source>
        <translation>张量 {0} 列出了两次</translation>
    </message>
    <message>
        <source>a name in it is not UTF-8</source>
        <translation>其中有名称不是 UTF-8</translation>
    </message>
    <message>
        <source>a list of {0}</source>
        <translation>{0} 的列表</translation>
    </message>
    <message>
        <source>{0} holds a model of the architecture {1}, which FitCheck cannot count.</source>
        <translation>{0} 是 {1} 架构的模型，FitCheck 无法计算。</translation>
    </message>
    <message>
        <source>The tensors of {0} are not those of a {1} model as FitCheck counts them: {2}.</source>
        <translation>{0} 的张量与 FitCheck 所知的 {1} 模型不符：{2}。</translation>
    </message>
    <message>
        <source>{0} names a part that a file of {1} parts does not have.</source>
        <translation>{0} 所指的部分在 {1} 个部分的文件中不存在。</translation>
    </message>
    <message>
        <source> and {0} more</source>
        <translation>，另有 {0} 个</translation>
    </message>
    <message>
        <source>{0} does not say general.architecture.</source>
        <translation>{0} 没有写明 general.architecture。</translation>
    </message>
    <message>
        <source>{0} has no table of token embeddings.</source>
        <translation>{0} 没有词元嵌入表。</translation>
    </message>
    <message>
        <source>{0} calls itself part {1} (from 0) of {2}; a split file&apos;s parts keep the names they were made with.</source>
        <translation>{0} 自称是 {2} 个部分中的第 {1} 个（从 0 算起）；分割文件的各部分必须保持原来的名称。</translation>
    </message>
    <message>
        <source>{0} is missing</source>
        <translation>缺少 {0}</translation>
    </message>
    <message>
        <source>{0} is {1} and should be {2}</source>
        <translation>{0} 是 {1}，应为 {2}</translation>
    </message>
    <message>
        <source>{0} is one more</source>
        <translation>多出 {0}</translation>
    </message>
    <message>
        <source>{0} holds {1}, which an earlier part holds, too.</source>
        <translation>{0} 含有 {1}，而前面的部分也有。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a model FitCheck knows.{1}</source>
        <translation>FitCheck 不认识模型“{0}”。{1}</translation>
    </message>
    <message>
        <source>about {0} {1}</source>
        <translation>约 {0} {1}</translation>
    </message>
    <message>
        <source>GB or GiB</source>
        <translation>GB 或 GiB</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is a format of safetensors files, which vLLM and SGLang read: &apos;fitcheck estimate --engine vllm&apos; prices it. Here a GGUF file is meant.</source>
        <translation>“{0}” 是 safetensors 文件的格式，由 vLLM 和 SGLang 读取，请用 &apos;fitcheck estimate --engine vllm&apos; 计算。这里需要的是 GGUF 文件的类型。</translation>
    </message>
    <message>
        <source>{0} is a mix of {1}&apos;s own of which only the size is known, {2}; &apos;fitcheck inspect FILE&apos; prices the file by what is in it.</source>
        <translation>{0} 是 {1} 自己的混合类型，只知道大小（{2}）；&apos;fitcheck inspect FILE&apos; 可按文件内容计算。</translation>
    </message>
    <message>
        <source>PATH/TO stands for the folder of your file.</source>
        <translation>PATH/TO 代表您的文件所在的文件夹。</translation>
    </message>
    <message>
        <source>This is the first of {0} parts; the others are found beside it.</source>
        <translation>这是 {0} 个部分中的第一个；其余的会在它旁边找到。</translation>
    </message>
    <message>
        <source>{0} keeps everything on cards: {1} are missing on {2} for the {3} checkpoint and {4} tokens.</source>
        <translation>{0} 把一切都放在显卡上：{3} 权重加 {4} 个词元，在{2}上还缺 {1}。</translation>
    </message>
    <message>
        <source>{0} is run on cards of NVIDIA or AMD here, not on {1}.</source>
        <translation>这里的 {0} 运行在 NVIDIA 或 AMD 显卡上，而不是 {1}。</translation>
    </message>
    <message>
        <source>{0} keeps everything on cards, and there is none that can be planned for.</source>
        <translation>{0} 把一切都放在显卡上，而这里没有可用的显卡。</translation>
    </message>
    <message>
        <source>{0} cannot divide this model among so many cards.</source>
        <translation>{0} 无法把此模型分给这么多显卡。</translation>
    </message>
    <message>
        <source>{0} reads the makers&apos; {1} checkpoint, not a GGUF file.</source>
        <translation>{0} 读取原作者的 {1} 权重，而不是 GGUF 文件。</translation>
    </message>
    <message>
        <source>There is room for {0} tokens of all chats together.</source>
        <translation>所有对话总共可容纳 {0} 个词元。</translation>
    </message>
    <message>
        <source>{0} runs on Linux; on Windows use it inside WSL.</source>
        <translation>{0} 在 Linux 上运行；在 Windows 上请在 WSL 中使用。</translation>
    </message>
    <message>
        <source>The cache is kept in 8 bits: finer types of llama.cpp have no equal here.</source>
        <translation>缓存用 8 位保存：这里没有与 llama.cpp 更细类型相当的选项。</translation>
    </message>
    <message>
        <source>{0} has no bfloat16; float16 takes as much memory.</source>
        <translation>{0} 不支持 bfloat16；float16 占用同样的内存。</translation>
    </message>
    <message>
        <source>{0} does not multiply in FP8; {1} may refuse it or run slower.</source>
        <translation>{0} 不能用 FP8 相乘；{1} 可能拒绝它或变慢。</translation>
    </message>
    <message>
        <source>each of {0}x {1}</source>
        <translation>{0} 张 {1} 的每一张</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a backend.</source>
        <translation>“{0}”不是后端。</translation>
    </message>
    <message>
        <source>KTransformers shares R1&apos;s experts between RAM and card; this model has none.</source>
        <translation>KTransformers 在内存和显卡之间分配 R1 的专家；此模型没有专家。</translation>
    </message>
    <message>
        <source>KTransformers needs the makers&apos; configuration, and none is known of this model.</source>
        <translation>KTransformers 需要原作者的配置，而此模型没有已知的配置。</translation>
    </message>
    <message>
        <source>KTransformers is run on CUDA here, not on {0}.</source>
        <translation>这里的 KTransformers 运行在 CUDA 上，而不是 {0}。</translation>
    </message>
    <message>
        <source>KTransformers needs one CUDA card with {0} free.</source>
        <translation>KTransformers 需要一张空闲显存达 {0} 的 CUDA 显卡。</translation>
    </message>
    <message>
        <source>KTransformers keeps the experts in RAM, and here all of them fit on cards.</source>
        <translation>KTransformers 把专家放在内存中，而这里显卡就放得下全部专家。</translation>
    </message>
    <message>
        <source>KTransformers keeps all experts in RAM, where {0} are missing.</source>
        <translation>KTransformers 把所有专家放在内存中，而内存还缺 {0}。</translation>
    </message>
    <message>
        <source>Run it in a clone of ktransformers v0.2.4 or later; since then the rules have moved to its folder archive.</source>
        <translation>请在 ktransformers v0.2.4 或更新版本的克隆中运行；此后规则移到了其 archive 文件夹。</translation>
    </message>
    <message>
        <source>All routed experts are in RAM, {0} with what else stays there.</source>
        <translation>所有路由专家都在内存中，连同留在那里的其他内容共 {0}。</translation>
    </message>
    <message>
        <source>The folder must hold this file and its parts alone, and its name must not end in .gguf.</source>
        <translation>文件夹里只能有此文件及其各部分，且文件夹名不能以 .gguf 结尾。</translation>
    </message>
    <message>
        <source>KTransformers runs on Linux; on Windows use it inside WSL.</source>
        <translation>KTransformers 在 Linux 上运行；在 Windows 上请在 WSL 中使用。</translation>
    </message>
    <message>
        <source>Files without attn_kv_b (the newer conversion) were refused by it (ktransformers issues 1195 and 1333).</source>
        <translation>它拒绝没有 attn_kv_b 的文件（较新的转换方式；见 ktransformers 的 issue 1195 和 1333）。</translation>
    </message>
    <message>
        <source>It keeps the cache in its own type, whatever the plan says.</source>
        <translation>无论方案怎么定，它都用自己的缓存类型。</translation>
    </message>
    <message>
        <source>llama-cli has no --kv-unified: several chats that share one cache need llama-server.</source>
        <translation>llama-cli 没有 --kv-unified：多个对话共用缓存需要 llama-server。</translation>
    </message>
    <message>
        <source>llama.cpp takes {0} cards at most, not {1}.</source>
        <translation>llama.cpp 最多使用 {0} 张显卡，不能是 {1} 张。</translation>
    </message>
    <message>
        <source>one for every token of a batch</source>
        <translation>一批中每个词元一行</translation>
    </message>
    <message>
        <source>A build for {0} does not see {1}, which this plan uses.</source>
        <translation>为 {0} 编译的版本看不到此方案要用的 {1}。</translation>
    </message>
    <message>
        <source>llama.cpp cuts -ot at &apos;,&apos; and &apos;=&apos;, and &apos;{0}&apos; cannot be written without them.</source>
        <translation>llama.cpp 在“,”和“=”处拆分 -ot，而“{0}”不能不含它们。</translation>
    </message>
    <message>
        <source>The weights do not fit in memory: they stay mapped (-nr, -lm mmap) and stream from the disk.</source>
        <translation>内存放不下权重：它们保持映射（-nr、-lm mmap），从硬盘边读边算。</translation>
    </message>
    <message>
        <source>-hf downloads {0} on first use.</source>
        <translation>-hf 在首次使用时下载 {0}。</translation>
    </message>
    <message>
        <source>-ts counts layers: {0}.</source>
        <translation>-ts 按层数计：{0}。</translation>
    </message>
    <message>
        <source>Cards are named as in a build for {0}; {1} --list-devices shows the names of yours.</source>
        <translation>显卡名称按 {0} 版本的写法；{1} --list-devices 会列出您这里的名称。</translation>
    </message>
    <message>
        <source>-ot stands before -ncmoe on purpose: the first match wins.</source>
        <translation>-ot 有意放在 -ncmoe 之前：先匹配者生效。</translation>
    </message>
    <message>
        <source>{0} reserves {1} rows of output, the estimate counted with {2}.</source>
        <translation>{0} 预留 {1} 行输出，而估算按 {2} 行计。</translation>
    </message>
    <message>
        <source>This is for a file of the older conversion, with attn_kv_b; others keep a far smaller cache.</source>
        <translation>这适用于较旧转换方式的文件（含 attn_kv_b）；其他文件的缓存小得多。</translation>
    </message>
    <message>
        <source>-cram 0: the prompt cache may take {0} of RAM, and how much is free is not known.</source>
        <translation>-cram 0：提示词缓存可能占用 {0} 内存，而空闲内存有多少并不清楚。</translation>
    </message>
    <message>
        <source>-cram 0: the prompt cache may take {0} of RAM, which is not free here.</source>
        <translation>-cram 0：提示词缓存可能占用 {0} 内存，而这里没有这么多空闲。</translation>
    </message>
    <message>
        <source>LM Studio does not load a model that is larger than the free memory.</source>
        <translation>LM Studio 不会加载大于空闲内存的模型。</translation>
    </message>
    <message>
        <source>LM Studio cannot place single tensors.</source>
        <translation>LM Studio 不能单独放置张量。</translation>
    </message>
    <message>
        <source>LM Studio has no tensor split: it shares layers among cards by itself.</source>
        <translation>LM Studio 没有张量分配选项：它自行在显卡之间分配各层。</translation>
    </message>
    <message>
        <source>lms ls shows the key under which LM Studio knows the file; put it after lms load if it differs.</source>
        <translation>lms ls 会显示 LM Studio 给该文件的名称；若不同，请写在 lms load 之后。</translation>
    </message>
    <message>
        <source>The command line sets no more than this: set the rest first, under My Models, at the gear of the model.</source>
        <translation>命令行只能设置这些：其余的请先在 My Models 中该模型的齿轮图标处设置。</translation>
    </message>
    <message>
        <source>GPU offload: {0} of {1} layers, the output layer counted as one.</source>
        <translation>GPU offload（显卡卸载）：{1} 层中的 {0} 层，输出层也算一层。</translation>
    </message>
    <message>
        <source>Evaluation batch size: {0}.</source>
        <translation>Evaluation batch size（批大小）：{0}。</translation>
    </message>
    <message>
        <source>Flash attention: {0}.</source>
        <translation>Flash attention（快速注意力）：{0}。</translation>
    </message>
    <message>
        <source>K cache quantization type: {0}; V cache quantization type: {1}.</source>
        <translation>K cache quantization type（K 缓存类型）：{0}；V cache quantization type（V 缓存类型）：{1}。</translation>
    </message>
    <message>
        <source>CPU threads stay as they are: they change no memory.</source>
        <translation>CPU 线程数保持不变：它不影响内存。</translation>
    </message>
    <message>
        <source>LM Studio does not offer {0} for the KV cache, only {1}.</source>
        <translation>LM Studio 的 KV 缓存不提供 {0}，只有 {1}。</translation>
    </message>
    <message>
        <source>op offload</source>
        <translation>运算卸载</translation>
    </message>
    <message>
        <source>LM Studio has no switch to turn {0} off.</source>
        <translation>LM Studio 没有关闭{0}的开关。</translation>
    </message>
    <message>
        <source>Put the {0} parts into one folder of LM Studio&apos;s models folder, as publisher/model.</source>
        <translation>把 {0} 个部分放进 LM Studio 模型文件夹下的同一个文件夹，路径为 publisher/model。</translation>
    </message>
    <message>
        <source>Number of layers for which to force MoE weights onto CPU: {0}.</source>
        <translation>Number of layers for which to force MoE weights onto CPU（专家权重强制放在 CPU 的层数）：{0}。</translation>
    </message>
    <message>
        <source>Offload KV cache to GPU memory: off.</source>
        <translation>Offload KV cache to GPU memory（KV 缓存放入显存）：关。</translation>
    </message>
    <message>
        <source>Concurrent predictions: {0}, unified KV cache {1}.</source>
        <translation>Concurrent predictions（并发预测）：{0}，unified KV cache（统一 KV 缓存）{1}。</translation>
    </message>
    <message>
        <source>The single tensors that this plan puts on cards stay in RAM here, {0} more.</source>
        <translation>此方案放到显卡上的单个张量在这里留在内存中，多占 {0}。</translation>
    </message>
    <message>
        <source>LM Studio shares the layers among the cards by itself.</source>
        <translation>LM Studio 自行在显卡之间分配各层。</translation>
    </message>
    <message>
        <source>Where symbolic links are not allowed (Windows without developer mode), import with --copy.</source>
        <translation>在不允许符号链接的地方（未开启开发者模式的 Windows），请用 --copy 导入。</translation>
    </message>
    <message>
        <source>Turn {0} off among LM Studio&apos;s GPUs.</source>
        <translation>在 LM Studio 的 GPU 列表中关闭 {0}。</translation>
    </message>
    <message>
        <source>Ollama refuses to load a model that is larger than the free memory.</source>
        <translation>Ollama 拒绝加载大于空闲内存的模型。</translation>
    </message>
    <message>
        <source>Ollama moves whole layers only: it cannot keep experts or single tensors in RAM.</source>
        <translation>Ollama 只能移动整层：无法把专家或单个张量留在内存中。</translation>
    </message>
    <message>
        <source>Ollama has no tensor split: it shares layers among cards by their free memory alone.</source>
        <translation>Ollama 没有张量分配选项：它只按空闲显存在显卡之间分配各层。</translation>
    </message>
    <message>
        <source>Ollama keeps K and V in one type, {0}, not {1}.</source>
        <translation>Ollama 的 K 和 V 用同一种类型 {0}，不能用 {1}。</translation>
    </message>
    <message>
        <source>Ollama keeps the cache in {0} only with flash attention.</source>
        <translation>Ollama 只有在开启快速注意力时才用 {0} 缓存。</translation>
    </message>
    <message>
        <source>Hugging Face does not hand split files to Ollama (ollama issue 5245): download the parts first.</source>
        <translation>Hugging Face 不会把分割的文件交给 Ollama（ollama issue 5245）：请先下载各个部分。</translation>
    </message>
    <message>
        <source>Quit a running Ollama first: its server reads these variables only when it starts.</source>
        <translation>请先退出正在运行的 Ollama：它的服务只在启动时读取这些变量。</translation>
    </message>
    <message>
        <source>Ollama has no switch to {0}.</source>
        <translation>Ollama 没有用来{0}的开关。</translation>
    </message>
    <message>
        <source>keep the KV cache in RAM</source>
        <translation>把 KV 缓存留在内存中</translation>
    </message>
    <message>
        <source>turn op offload off</source>
        <translation>关闭运算卸载</translation>
    </message>
    <message>
        <source>turn repacking off</source>
        <translation>关闭重排</translation>
    </message>
    <message>
        <source>Each of the {0} chats gets {1} tokens of its own; Ollama does not share a cache among them.</source>
        <translation>{0} 个对话各有自己的 {1} 个词元；Ollama 不在它们之间共用缓存。</translation>
    </message>
    <message>
        <source>Ollama has one batch size, so that {0} stands for both of llama.cpp&apos;s.</source>
        <translation>Ollama 只有一个批大小，所以 {0} 同时代表 llama.cpp 的两个。</translation>
    </message>
    <message>
        <source>Ollama shares the layers among the cards by the memory that is free when the model is loaded.</source>
        <translation>Ollama 按加载模型时的空闲显存在显卡之间分配各层。</translation>
    </message>
    <message>
        <source>Split files are joined by recent versions of ollama create only.</source>
        <translation>只有较新版本的 ollama create 才能合并分割的文件。</translation>
    </message>
    <message>
        <source>SGLang needs a safetensors checkpoint, and none is known of this model.</source>
        <translation>SGLang 需要 safetensors 权重，而此模型没有已知的。</translation>
    </message>
    <message>
        <source>vLLM needs a safetensors checkpoint, and none is known of this model.</source>
        <translation>vLLM 需要 safetensors 权重，而此模型没有已知的。</translation>
    </message>
    <message>
        <source>{0} shares the computer&apos;s RAM; its memory is what the firmware set aside for it and what the driver lends it.</source>
        <translation>{0} 与电脑共用内存；它的显存是固件预留的部分加上驱动借给它的部分。</translation>
    </message>
    <message>
        <source>the files of the amdgpu driver ({0}/card*/device)</source>
        <translation>amdgpu 驱动的文件（{0}/card*/device）</translation>
    </message>
    <message>
        <source>amdgpu is a driver of Linux.</source>
        <translation>amdgpu 是 Linux 的驱动。</translation>
    </message>
    <message>
        <source>No card is driven by amdgpu.</source>
        <translation>没有由 amdgpu 驱动的显卡。</translation>
    </message>
    <message>
        <source>The driver does not say how much memory the card has.</source>
        <translation>驱动没有说明显存有多大。</translation>
    </message>
    <message>
        <source>The driver does not say how much of it is in use.</source>
        <translation>驱动没有说明已用多少。</translation>
    </message>
    <message>
        <source>Pages free</source>
        <translation>空闲页</translation>
    </message>
    <message>
        <source>Pages inactive</source>
        <translation>非活动页</translation>
    </message>
    <message>
        <source>Pages speculative</source>
        <translation>预读页</translation>
    </message>
    <message>
        <source>Pages purgeable</source>
        <translation>可清除页</translation>
    </message>
    <message>
        <source>This is no Mac.</source>
        <translation>这不是 Mac。</translation>
    </message>
    <message>
        <source>This Mac has an Intel processor; engines use no graphics card of such Macs here.</source>
        <translation>这台 Mac 是 Intel 处理器；引擎不使用这类 Mac 的显卡。</translation>
    </message>
    <message>
        <source>Apple silicon</source>
        <translation>Apple 芯片</translation>
    </message>
    <message>
        <source>macOS does not say.</source>
        <translation>macOS 没有说明。</translation>
    </message>
    <message>
        <source>macOS does not say how much RAM it has.</source>
        <translation>macOS 没有说明内存有多大。</translation>
    </message>
    <message>
        <source>The look at this machine was interrupted.</source>
        <translation>查看本机被中断。</translation>
    </message>
    <message>
        <source>The look at this machine ended early (status {0}).</source>
        <translation>查看本机提前结束（状态 {0}）。</translation>
    </message>
    <message>
        <source>The look at this machine did not go on within {0} seconds.</source>
        <translation>查看本机在 {0} 秒内没有进展。</translation>
    </message>
    <message>
        <source>No further program could be started: {0}.</source>
        <translation>无法再启动程序：{0}。</translation>
    </message>
    <message>
        <source>its reading makes no sense ({0})</source>
        <translation>它的读数不合理（{0}）</translation>
    </message>
    <message>
        <source>its answer makes no sense ({0})</source>
        <translation>它的回答不合理（{0}）</translation>
    </message>
    <message>
        <source>the folders where runtimes keep models</source>
        <translation>各引擎存放模型的文件夹</translation>
    </message>
    <message>
        <source>virtual machine</source>
        <translation>虚拟机</translation>
    </message>
    <message>
        <source>A container limits the memory of this program; the limit counts as the machine&apos;s RAM.</source>
        <translation>容器限制了本程序的内存；这个上限被当作本机的内存。</translation>
    </message>
    <message>
        <source>macOS {0}</source>
        <translation>macOS {0}</translation>
    </message>
    <message>
        <source>The system does not say.</source>
        <translation>系统没有说明。</translation>
    </message>
    <message>
        <source>model name</source>
        <translation>型号</translation>
    </message>
    <message>
        <source>This is WSL: its RAM is the part that Windows lends it, half of the computer&apos;s unless changed.</source>
        <translation>这是 WSL：它的内存是 Windows 借给它的部分，默认为电脑内存的一半。</translation>
    </message>
    <message>
        <source>Intel&apos;s driver does not say how much of the card&apos;s memory is in use.</source>
        <translation>Intel 的驱动没有说明显存已用多少。</translation>
    </message>
    <message>
        <source>the files of the i915 and xe drivers ({0}/card*)</source>
        <translation>i915 和 xe 驱动的文件（{0}/card*）</translation>
    </message>
    <message>
        <source>i915 and xe are drivers of Linux.</source>
        <translation>i915 和 xe 是 Linux 的驱动。</translation>
    </message>
    <message>
        <source>No card is driven by i915 or xe.</source>
        <translation>没有由 i915 或 xe 驱动的显卡。</translation>
    </message>
    <message>
        <source>It uses the computer&apos;s RAM and is counted there.</source>
        <translation>它使用电脑的内存，已计入内存。</translation>
    </message>
    <message>
        <source>Intel&apos;s driver does not say how large its memory is.</source>
        <translation>Intel 的驱动没有说明显存有多大。</translation>
    </message>
    <message>
        <source>The machine&apos;s &apos;{0}&apos; must be {1}.</source>
        <translation>机器的“{0}”必须是{1}。</translation>
    </message>
    <message>
        <source>a whole number from 0 to 2^60, or null</source>
        <translation>0 至 2^60 的整数，或 null</translation>
    </message>
    <message>
        <source>a number from 0 to 2^60, or null</source>
        <translation>0 至 2^60 的数，或 null</translation>
    </message>
    <message>
        <source>text, or null</source>
        <translation>文本，或 null</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>a list of texts</source>
        <translation>文本的列表</translation>
    </message>
    <message>
        <source>an object of texts</source>
        <translation>文本组成的对象</translation>
    </message>
    <message>
        <source>A machine is a JSON object.</source>
        <translation>机器应是一个 JSON 对象。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a machine that this version reads.</source>
        <translation>此版本无法读取“{0}”这样的机器。</translation>
    </message>
    <message>
        <source>a list of cards</source>
        <translation>显卡的列表</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>a list of objects</source>
        <translation>对象的列表</translation>
    </message>
    <message>
        <source>A machine has no &apos;{0}{1}&apos;.</source>
        <translation>机器没有“{0}{1}”这一项。</translation>
    </message>
    <message>
        <source>{0} is too large for a machine.</source>
        <translation>{0} 对机器文件来说太大。</translation>
    </message>
    <message>
        <source>{0} is not JSON text: {1}.</source>
        <translation>{0} 不是 JSON 文本：{1}。</translation>
    </message>
    <message>
        <source>copying in memory for a third of a second</source>
        <translation>在内存中复制三分之一秒</translation>
    </message>
    <message>
        <source>A recorded machine cannot be measured.</source>
        <translation>无法测量记录下来的机器。</translation>
    </message>
    <message>
        <source>Too little memory is free to measure it.</source>
        <translation>空闲内存太少，无法测量。</translation>
    </message>
    <message>
        <source>Windows lends a full card main memory without a word (WDDM); what does not fit becomes slow instead of failing. Plans keep to the card&apos;s own memory.</source>
        <translation>显存用满时，Windows 会悄悄借用主内存（WDDM）；放不下的部分不会报错，而是变慢。方案只使用显卡自己的显存。</translation>
    </message>
    <message>
        <source>The card is set to be cut into slices (MIG) and has none; make one, or turn MIG off.</source>
        <translation>显卡设为分片模式（MIG）但没有分片；请建立一个，或关闭 MIG。</translation>
    </message>
    <message>
        <source>The driver does not say</source>
        <translation>驱动没有说明</translation>
    </message>
    <message>
        <source>The driver reports no memory</source>
        <translation>驱动报告没有显存</translation>
    </message>
    <message>
        <source>This driver is too old</source>
        <translation>驱动太旧</translation>
    </message>
    <message>
        <source>The NVIDIA driver is there but finds no card.</source>
        <translation>NVIDIA 驱动存在，但没有找到显卡。</translation>
    </message>
    <message>
        <source>The NVIDIA card is asleep and was left asleep.</source>
        <translation>NVIDIA 显卡正在休眠，没有唤醒它。</translation>
    </message>
    <message>
        <source>NVIDIA card {0}: {1}</source>
        <translation>NVIDIA 显卡 {0}：{1}</translation>
    </message>
    <message>
        <source>{0} is one of {1} parts; missing: {2}{3}.</source>
        <translation>{0} 是 {1} 个部分之一；缺少 {2}{3}。</translation>
    </message>
    <message>
        <source>Intel&apos;s driver does not say how much of the card&apos;s memory is in use; all of it counts as free.</source>
        <translation>Intel 的驱动没有说明显存用了多少；全部算作空闲。</translation>
    </message>
    <message>
        <source>No NVIDIA driver is installed.</source>
        <translation>没有安装 NVIDIA 驱动。</translation>
    </message>
    <message>
        <source>The NVIDIA driver is installed but not loaded.</source>
        <translation>NVIDIA 驱动已安装但没有加载。</translation>
    </message>
    <message>
        <source>The NVIDIA driver was updated while it was running; restart the computer to use it.</source>
        <translation>NVIDIA 驱动在运行时被更新了；重启电脑后才能使用。</translation>
    </message>
    <message>
        <source>The NVIDIA driver does not let this user look.</source>
        <translation>NVIDIA 驱动不允许此用户查看。</translation>
    </message>
    <message>
        <source>The driver does not say for this card.</source>
        <translation>驱动没有说明这张显卡的情况。</translation>
    </message>
    <message>
        <source>This driver is too old to say.</source>
        <translation>驱动太旧，无法说明。</translation>
    </message>
    <message>
        <source>The card does not answer any more; restart the computer to get it back.</source>
        <translation>显卡不再响应；请重启电脑。</translation>
    </message>
    <message>
        <source>The card must be reset before it works again; restart the computer.</source>
        <translation>显卡需要复位才能继续工作；请重启电脑。</translation>
    </message>
    <message>
        <source>The card&apos;s interrupts do not reach the driver; check its seat and power.</source>
        <translation>驱动收不到显卡的中断；请检查插槽和供电。</translation>
    </message>
    <message>
        <source>A power cable of the card is not connected.</source>
        <translation>显卡有一根供电线没有接好。</translation>
    </message>
    <message>
        <source>The NVIDIA driver answered: {0}.</source>
        <translation>NVIDIA 驱动回答：{0}。</translation>
    </message>
    <message>
        <source>The driver&apos;s answer is no text.</source>
        <translation>驱动的回答不是文本。</translation>
    </message>
    <message>
        <source>process {0}</source>
        <translation>进程 {0}</translation>
    </message>
    <message>
        <source>The driver&apos;s answer makes no sense: more is used than there is.</source>
        <translation>驱动的回答不合理：已用的比总量还多。</translation>
    </message>
    <message>
        <source>The driver&apos;s answer makes no sense: {0} bits at {1} MHz.</source>
        <translation>驱动的回答不合理：{0} 位，{1} MHz。</translation>
    </message>
    <message>
        <source>NVIDIA card</source>
        <translation>NVIDIA 显卡</translation>
    </message>
    <message>
        <source>The driver reports no memory of the card&apos;s own.</source>
        <translation>驱动报告这张显卡没有自己的显存。</translation>
    </message>
    <message>
        <source>The driver&apos;s answer makes no sense: {0} of {1} bytes free.</source>
        <translation>驱动的回答不合理：{1} 字节中空闲 {0}。</translation>
    </message>
    <message>
        <source>The card is asleep and was left asleep; start a program on it to see its memory.</source>
        <translation>显卡正在休眠，没有唤醒它；在它上面启动一个程序即可看到显存。</translation>
    </message>
    <message>
        <source>The open driver nouveau is in use; engines need NVIDIA&apos;s own driver.</source>
        <translation>正在使用开源驱动 nouveau；引擎需要 NVIDIA 自己的驱动。</translation>
    </message>
    <message>
        <source>The card is given to a virtual machine.</source>
        <translation>这张显卡已分配给虚拟机。</translation>
    </message>
    <message>
        <source>Only a picture driver is in use; install the maker&apos;s driver.</source>
        <translation>只有基本的显示驱动在使用；请安装厂商的驱动。</translation>
    </message>
    <message>
        <source>No driver is bound to this card; install its maker&apos;s driver.</source>
        <translation>这张显卡没有驱动；请安装厂商的驱动。</translation>
    </message>
    <message>
        <source>Its driver ({0}) tells nobody how much memory it has.</source>
        <translation>它的驱动（{0}）不透露显存有多大。</translation>
    </message>
    <message>
        <source>Only Linux lists its bus so.</source>
        <translation>只有 Linux 这样列出总线。</translation>
    </message>
    <message>
        <source>This system has no PCI bus.</source>
        <translation>此系统没有 PCI 总线。</translation>
    </message>
    <message>
        <source>The operating system</source>
        <translation>操作系统</translation>
    </message>
    <message>
        <source>The disk of the models</source>
        <translation>存放模型的硬盘</translation>
    </message>
    <message>
        <source>The list of devices</source>
        <translation>设备列表</translation>
    </message>
    <message>
        <source>Windows&apos; list of adapters</source>
        <translation>Windows 的显卡列表</translation>
    </message>
    <message>
        <source>The measurement of RAM</source>
        <translation>内存测量</translation>
    </message>
    <message>
        <source>The search for installed runtimes</source>
        <translation>查找已安装的引擎</translation>
    </message>
    <message>
        <source>The search for model files</source>
        <translation>查找模型文件</translation>
    </message>
    <message>
        <source>The source &apos;{0}&apos;</source>
        <translation>来源“{0}”</translation>
    </message>
    <message>
        <source>RAM with {0}</source>
        <translation>内存 {0}</translation>
    </message>
    <message>
        <source>{0} could not be read: {1}</source>
        <translation>无法读取{0}：{1}</translation>
    </message>
    <message>
        <source>the disk of {0}</source>
        <translation>{0} 所在的硬盘</translation>
    </message>
    <message>
        <source>No answer within {0} seconds.</source>
        <translation>{0} 秒内没有回答。</translation>
    </message>
    <message>
        <source>It found nothing.</source>
        <translation>它什么也没有找到。</translation>
    </message>
    <message>
        <source>a card without a name</source>
        <translation>没有名称的显卡</translation>
    </message>
    <message>
        <source>The Python {0} cannot load its torch: {1}. Choose another Python (in the settings, or by --python), or install torch there again.</source>
        <translation>Python {0} 无法载入它的 torch：{1}。请另选一个 Python（在设置中，或用 --python），或在那里重新安装 torch。</translation>
    </message>
    <message>
        <source>torch&apos;s compiler for cards</source>
        <translation>torch 的显卡编译器</translation>
    </message>
    <message>
        <source>the driver of the card</source>
        <translation>显卡驱动</translation>
    </message>
    <message>
        <source>{0} gave error {1}</source>
        <translation>{0}返回错误 {1}</translation>
    </message>
    <message>
        <source>The RAM is the {0} of {1}, not {2}; leave it out.</source>
        <translation>内存就是 {1} 的 {0}，而不是 {2}；请不要填写。</translation>
    </message>
    <message>
        <source>A machine has {0} cards at most, not {1}.</source>
        <translation>一台机器最多 {0} 张显卡，不能是 {1} 张。</translation>
    </message>
    <message>
        <source>{0} are {1} computers; name one chip with unified memory.</source>
        <translation>{0} 是 {1} 台电脑；统一内存的芯片只能选一个。</translation>
    </message>
    <message>
        <source>{0} has less memory than the free VRAM that was asked for.</source>
        <translation>{0} 的显存少于要求的空闲显存。</translation>
    </message>
    <message>
        <source>No RAM was named for this machine.</source>
        <translation>没有为这台机器指定内存。</translation>
    </message>
    <message>
        <source>best quality</source>
        <translation>最佳质量</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>one</source>
        <translation>1</translation>
    </message>
    <message>
        <source>near lossless</source>
        <translation>近乎无损</translation>
    </message>
    <message>
        <source>No card holds enough of it to make it faster</source>
        <translation>没有显卡能放下足够多的部分来加快速度</translation>
    </message>
    <message>
        <source>gpus, gpu_layers and cpu_moe_layers are counts from 0 up.</source>
        <translation>gpus、gpu_layers 和 cpu_moe_layers 应是不小于 0 的个数。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a device of this request.</source>
        <translation>“{0}”不是此请求中的设备。</translation>
    </message>
    <message>
        <source>{0} needs one number for each of the {1} GPUs.</source>
        <translation>{0} 需要为 {1} 张显卡各给一个数。</translation>
    </message>
    <message>
        <source>{0} takes numbers from 0 up, at least one above 0.</source>
        <translation>{0} 应是不小于 0 的数，且至少一个大于 0。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a pattern: {1}.</source>
        <translation>“{0}”不是有效的模式：{1}。</translation>
    </message>
    <message>
        <source>{0} GB at {1} GB/s</source>
        <translation>{0} GB，{1} GB/s</translation>
    </message>
    <message>
        <source>Split mode &apos;tensor&apos; of {0} is not priced: what it takes on each card is known for &apos;layer&apos; only.</source>
        <translation>{0} 的拆分模式“tensor”无法估算：只知道“layer”模式在每张显卡上占用多少。</translation>
    </message>
    <message>
        <source>the cards</source>
        <translation>各显卡</translation>
    </message>
    <message>
        <source>{0}, {1}, against {2}</source>
        <translation>{0}，{1}，与 {2} 相比</translation>
    </message>
    <message>
        <source>{0}, with importance matrix</source>
        <translation>{0}，有重要性矩阵</translation>
    </message>
    <message>
        <source>{0}, without importance matrix</source>
        <translation>{0}，无重要性矩阵</translation>
    </message>
    <message>
        <source>KTransformers uses one CUDA card, that with most free memory.</source>
        <translation>KTransformers 只使用一块 CUDA 显卡，即空闲显存最多的那块。</translation>
    </message>
    <message>
        <source>KTransformers keeps all routed experts in RAM: its placement is not pinned.</source>
        <translation>KTransformers 把所有路由专家都放在内存中：其放置方式不能固定。</translation>
    </message>
    <message>
        <source>macOS lets the GPU use {0} of {1}; &apos;sudo sysctl iogpu.wired_limit_mb=&apos; with more MiB behind it raises that until the next start.</source>
        <translation>macOS 允许显卡使用 {1} 中的 {0}；在“sudo sysctl iogpu.wired_limit_mb=”后写上更大的 MiB 数可提高上限，直到下次启动。</translation>
    </message>
    <message>
        <source>sysctl, vm_stat and system_profiler</source>
        <translation>sysctl、vm_stat 和 system_profiler</translation>
    </message>
    <message>
        <source>the program that asked it ended with status {0}</source>
        <translation>询问它的程序以状态 {0} 结束</translation>
    </message>
    <message>
        <source>Windows answered {0}</source>
        <translation>Windows 的回答是 {0}</translation>
    </message>
    <message>
        <source>Its driver does not say how much memory it has.</source>
        <translation>它的驱动没有说明它有多少显存。</translation>
    </message>
    <message>
        <source>hard disk</source>
        <translation>机械硬盘</translation>
    </message>
    <message>
        <source>reading a third of a second of a large model file that is there</source>
        <translation>把已有的一个大模型文件读取三分之一秒</translation>
    </message>
    <message>
        <source>Reading past the system&apos;s cache is not done on Windows.</source>
        <translation>在 Windows 上不做绕过系统缓存的读取。</translation>
    </message>
    <message>
        <source>The models lie on a {0}, which is not measured.</source>
        <translation>模型放在{0}上，不做测量。</translation>
    </message>
    <message>
        <source>There is no large model file yet that could be read.</source>
        <translation>还没有可供读取的大模型文件。</translation>
    </message>
    <message>
        <source>DXGI and DXCore</source>
        <translation>DXGI 和 DXCore</translation>
    </message>
    <message>
        <source>DXGI is a part of Windows.</source>
        <translation>DXGI 是 Windows 的一部分。</translation>
    </message>
    <message>
        <source>Graphics adapter</source>
        <translation>图形适配器</translation>
    </message>
    <message>
        <source>Windows does not say how much of it is free.</source>
        <translation>Windows 没有说明其中有多少空闲。</translation>
    </message>
    <message>
        <source>memory, processor and system</source>
        <translation>内存、处理器和系统</translation>
    </message>
    <message>
        <source>The machine&apos;s &apos;{0}{1}&apos; is more than its &apos;{2}&apos;.</source>
        <translation>机器的“{0}{1}”大于其“{2}”。</translation>
    </message>
    <message>
        <source>The firmware does not say how many channels its modules use.</source>
        <translation>固件没有说明内存条用了几个通道。</translation>
    </message>
    <message>
        <source>the firmware&apos;s list of memory modules</source>
        <translation>固件的内存条清单</translation>
    </message>
    <message>
        <source>Only Linux and Windows show such a list.</source>
        <translation>只有 Linux 和 Windows 提供这样的清单。</translation>
    </message>
    <message>
        <source>The system does not show the firmware&apos;s list of memory modules.</source>
        <translation>系统没有提供固件的内存条清单。</translation>
    </message>
    <message>
        <source>The memory modules tell it.</source>
        <translation>内存条已经说明。</translation>
    </message>
    <message>
        <source>the models folders of llama.cpp, Hugging Face, LM Studio and Ollama</source>
        <translation>llama.cpp、Hugging Face、LM Studio 和 Ollama 的模型文件夹</translation>
    </message>
    <message>
        <source>There are too many folders of models; some were not looked at.</source>
        <translation>模型文件夹太多，有些没有查看。</translation>
    </message>
    <message>
        <source>NVIDIA&apos;s driver runs, but its library libnvidia-ml.so.1 is not here; a container must be started with --gpus all.</source>
        <translation>NVIDIA 驱动在运行，但这里没有它的库 libnvidia-ml.so.1；容器须用 --gpus all 启动。</translation>
    </message>
    <message>
        <source>NVML, its library (libnvidia-ml.so.1, nvml.dll)</source>
        <translation>它的库 NVML（libnvidia-ml.so.1、nvml.dll）</translation>
    </message>
    <message>
        <source>There is no NVIDIA driver for this macOS.</source>
        <translation>此 macOS 没有 NVIDIA 驱动。</translation>
    </message>
    <message>
        <source>The driver&apos;s answer makes</source>
        <translation>驱动的回答</translation>
    </message>
    <message>
        <source>the PCI bus ({0})</source>
        <translation>PCI 总线（{0}）</translation>
    </message>
    <message>
        <source>{0} graphics {1}</source>
        <translation>{0} 图形 {1}</translation>
    </message>
    <message>
        <source>The list of memory modules</source>
        <translation>内存条清单</translation>
    </message>
    <message>
        <source>NVIDIA&apos;s driver</source>
        <translation>NVIDIA 驱动</translation>
    </message>
    <message>
        <source>AMD&apos;s driver</source>
        <translation>AMD 驱动</translation>
    </message>
    <message>
        <source>Intel&apos;s driver</source>
        <translation>Intel 驱动</translation>
    </message>
    <message>
        <source>Apple&apos;s graphics</source>
        <translation>Apple 图形</translation>
    </message>
    <message>
        <source>The measurement of the disk</source>
        <translation>硬盘的测量</translation>
    </message>
    <message>
        <source>{0} cards: {1}</source>
        <translation>{0} 张显卡：{1}</translation>
    </message>
    <message>
        <source>{0} runtimes: {1}</source>
        <translation>{0} 个引擎：{1}</translation>
    </message>
    <message>
        <source>1 runtime: {0}</source>
        <translation>1 个引擎：{0}</translation>
    </message>
    <message>
        <source>{0} model files: {1}</source>
        <translation>{0} 个模型文件：{1}</translation>
    </message>
    <message>
        <source>1 model file: {0}</source>
        <translation>1 个模型文件：{0}</translation>
    </message>
    <message>
        <source>{0} did not answer within {1} seconds; what it says later is taken in.</source>
        <translation>{0}在 {1} 秒内没有回答；它之后的回答会补上。</translation>
    </message>
    <message>
        <source>{0} did not answer within {1} seconds; what is shown of it is older.</source>
        <translation>{0}在 {1} 秒内没有回答；所显示的是较早的数据。</translation>
    </message>
    <message>
        <source>the search path and the usual folders, for llama.cpp, Ollama, LM Studio, vLLM, SGLang and KTransformers</source>
        <translation>在搜索路径和常用文件夹中查找 llama.cpp、Ollama、LM Studio、vLLM、SGLang 和 KTransformers</translation>
    </message>
    <message>
        <source>loading torch</source>
        <translation>正在载入 torch</translation>
    </message>
    <message>
        <source>The pass broke: {0}.</source>
        <translation>前向计算出错：{0}。</translation>
    </message>
    <message>
        <source>The Python {0} has no torch.</source>
        <translation>Python {0} 没有 torch。</translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation>未说明原因</translation>
    </message>
    <message>
        <source>{0} refused {1} for {2}.</source>
        <translation>{0}拒绝为{2}分配 {1}。</translation>
    </message>
    <message>
        <source>The card {0}</source>
        <translation>显卡 {0}</translation>
    </message>
    <message>
        <source>the cache of {0}</source>
        <translation>{0}的缓存</translation>
    </message>
    <message>
        <source>{0} has {1} free; {2} takes {3}, and {4} stay free.</source>
        <translation>{0}空闲 {1}；{2}需要 {3}，另须保留 {4} 空闲。</translation>
    </message>
    <message>
        <source>it is written for NVIDIA&apos;s cards</source>
        <translation>该程序只适用于 NVIDIA 显卡</translation>
    </message>
    <message>
        <source>A device gave up while {0}: {1}</source>
        <translation>设备在“{0}”时停止工作：{1}</translation>
    </message>
    <message>
        <source>reading the prompt</source>
        <translation>读取提示词</translation>
    </message>
    <message>
        <source>the working memory of {0}</source>
        <translation>{0}的工作内存</translation>
    </message>
    <message>
        <source>The system began to swap ({0} MiB of this process).</source>
        <translation>系统开始换页（本进程 {0} MiB）。</translation>
    </message>
    <message>
        <source>{0} gave values that are no numbers: the arithmetic here is broken.</source>
        <translation>{0}算出的值不是数：这里的运算有问题。</translation>
    </message>
    <message>
        <source>token {0} of {1}</source>
        <translation>第 {0} 个词元，共 {1} 个</translation>
    </message>
    <message>
        <source>layer {0}</source>
        <translation>第 {0} 层</translation>
    </message>
    <message>
        <source>what {0} is made from</source>
        <translation>用来生成{0}的数据</translation>
    </message>
    <message>
        <source>This torch ({0}) sees {1} cards and cannot use {2}.</source>
        <translation>此 torch（{0}）看到 {1} 张显卡，无法使用 {2}。</translation>
    </message>
    <message>
        <source>The card {0} cannot be opened: {1}</source>
        <translation>无法打开显卡 {0}：{1}</translation>
    </message>
    <message>
        <source>the compute buffer</source>
        <translation>计算缓冲</translation>
    </message>
    <message>
        <source>by the signal {0}{1}</source>
        <translation>因信号 {0} 结束{1}</translation>
    </message>
    <message>
        <source>without a result (status {0})</source>
        <translation>没有给出结果（状态 {0}）</translation>
    </message>
    <message>
        <source>; the system does that where memory runs out</source>
        <translation>；内存耗尽时系统会这样做</translation>
    </message>
    <message>
        <source> Its last words: {0}</source>
        <translation> 它最后的输出：{0}</translation>
    </message>
    <message>
        <source> {0} of its lines made no sense.</source>
        <translation> 其中 {0} 行无法理解。</translation>
    </message>
    <message>
        <source>The child process ended {0} while {1}.{2}{3}</source>
        <translation>子进程在“{1}”时结束：{0}。{2}{3}</translation>
    </message>
    <message>
        <source>This installation lacks the files of {0}.</source>
        <translation>此安装缺少 {0} 的文件。</translation>
    </message>
    <message>
        <source>The verification was cancelled.</source>
        <translation>实测已取消。</translation>
    </message>
    <message>
        <source>Nothing moved for {0} s while {1}: a kernel or driver hangs.</source>
        <translation>在“{1}”时 {0} 秒没有进展：内核函数或驱动卡住了。</translation>
    </message>
    <message>
        <source>{0} cannot be started: {1}.</source>
        <translation>无法启动 {0}：{1}。</translation>
    </message>
    <message>
        <source>the input</source>
        <translation>输入部分</translation>
    </message>
    <message>
        <source>the output</source>
        <translation>输出部分</translation>
    </message>
    <message>
        <source>growth of the process while weights and cache were written; what random blocks are made from comes on top</source>
        <translation>写入权重和缓存时进程的增长；另含用来生成随机块的数据</translation>
    </message>
    <message>
        <source>It did not fit at {0}: {1}</source>
        <translation>在{0}处放不下：{1}</translation>
    </message>
    <message>
        <source>dense layer on {0}</source>
        <translation>稠密层，位于{0}</translation>
    </message>
    <message>
        <source>layer with experts on {0}</source>
        <translation>带专家的层，位于{0}</translation>
    </message>
    <message>
        <source>allocated and written beside all else</source>
        <translation>与其余部分同时分配并写入</translation>
    </message>
    <message>
        <source>only thorough allocates it</source>
        <translation>仅在彻底实测时分配</translation>
    </message>
    <message>
        <source>Products on cards were made with torch&apos;s general operations, which read slowly: {0}.</source>
        <translation>显卡上的乘积用 torch 的通用运算完成，读取较慢：{0}。</translation>
    </message>
    <message>
        <source>Parts on cards were started step by step, which costs more than the steps: {0}.</source>
        <translation>显卡上的各部分是逐步启动的，启动比计算本身更费时：{0}。</translation>
    </message>
    <message>
        <source>, experts on {0}</source>
        <translation>，专家位于{0}</translation>
    </message>
    <message>
        <source>memory on {0}</source>
        <translation>{0} 上的内存</translation>
    </message>
    <message>
        <source>an engine&apos;s buffers; {0}</source>
        <translation>引擎的缓冲；{0}</translation>
    </message>
    <message>
        <source>the peak of this pass for {0} tokens; an engine&apos;s are for a whole batch</source>
        <translation>本次计算 {0} 个词元时的峰值；引擎按整个批次分配</translation>
    </message>
    <message>
        <source>the card&apos;s growth when torch opened it</source>
        <translation>torch 打开显卡时的增长</translation>
    </message>
    <message>
        <source>the driver tells nothing (NVML)</source>
        <translation>驱动没有给出数值（NVML）</translation>
    </message>
    <message>
        <source>Other programs kept {0} of {1} processors busy when this began: times are longer than on a quiet computer.</source>
        <translation>开始时其他程序占用了 {1} 个处理器中的 {0} 个：所测时间比空闲的电脑上更长。</translation>
    </message>
    <message>
        <source>{0}: {1} took {2} bytes, predicted were {3}; please report that.</source>
        <translation>{0}：{1} 占用 {2} 字节，预测为 {3}；请反馈给我们。</translation>
    </message>
    <message>
        <source>Choose a Python that has it (--python PATH), or install it: pip install &apos;r1-fitcheck[verify]&apos;, without a card pip install torch --index-url https://download.pytorch.org/whl/cpu.</source>
        <translation>请选择装有它的 Python（--python PATH），或安装：pip install &apos;r1-fitcheck[verify]&apos;，没有显卡时用 pip install torch --index-url https://download.pytorch.org/whl/cpu。</translation>
    </message>
    <message>
        <source>No Python with torch was found here. {0}</source>
        <translation>这里没有找到装有 torch 的 Python。{0}</translation>
    </message>
    <message>
        <source>The Python {0} has no torch. {1}</source>
        <translation>Python {0} 没有 torch。{1}</translation>
    </message>
    <message>
        <source>The Python {0} is {1}; 3.9 is the oldest that can verify.</source>
        <translation>Python {0} 的版本是 {1}；实测至少需要 3.9。</translation>
    </message>
    <message>
        <source>&apos;{0}&apos; is not a Python that answers.</source>
        <translation>“{0}”不是能应答的 Python。</translation>
    </message>
    <message>
        <source>What opening the cards took could not be kept: {0}.</source>
        <translation>打开显卡的开销无法保存：{0}。</translation>
    </message>
    <message>
        <source>{0} has no suffix of a report.</source>
        <translation>{0} 的后缀不是报告的格式。</translation>
    </message>
    <message>
        <source>{0} cannot be written: there is no folder {1}.</source>
        <translation>无法写入 {0}：没有文件夹 {1}。</translation>
    </message>
    <message>
        <source>{0} cannot be written: {1}.</source>
        <translation>无法写入 {0}：{1}。</translation>
    </message>
    <message>
        <source>{0} is too large for a report.</source>
        <translation>{0} 太大，不是报告。</translation>
    </message>
    <message>
        <source>{0} is not UTF-8 text.</source>
        <translation>{0} 不是 UTF-8 文本。</translation>
    </message>
    <message>
        <source>{0} was made by a newer FitCheck; this one cannot read it.</source>
        <translation>{0} 由更新版本的 FitCheck 生成，当前版本无法读取。</translation>
    </message>
    <message>
        <source>{0} is no report of FitCheck.</source>
        <translation>{0} 不是 FitCheck 的报告。</translation>
    </message>
    <message>
        <source>{0} is damaged: its numbers do not belong together.</source>
        <translation>{0} 已损坏：其中的数字彼此矛盾。</translation>
    </message>
    <message>
        <source>{0} is damaged at &apos;{1}&apos;: {2}.</source>
        <translation>{0} 在“{1}”处已损坏：{2}。</translation>
    </message>
    <message>
        <source>No font with Chinese characters is installed here; install one, such as Noto Sans CJK SC.</source>
        <translation>这里没有安装含中文字符的字体；请安装一种，例如 Noto Sans CJK SC。</translation>
    </message>
    <message>
        <source>computed from the configuration; published as 671B</source>
        <translation>由配置计算；公布为 671B</translation>
    </message>
    <message>
        <source>FP8 e4m3 weights, 128x128 blocks, fp32 scale per block; embeddings, norms, router and head in BF16</source>
        <translation>权重为 FP8 e4m3，128x128 分块，每块一个 fp32 缩放值；嵌入、归一化、路由和输出头为 BF16</translation>
    </message>
    <message>
        <source>MIT</source>
        <translation>MIT</translation>
    </message>
    <message>
        <source>public metadata of a derived repository shows the distills downloadable on 2025-01-20; the day itself is otherwise common knowledge, not read in a primary document</source>
        <translation>某衍生仓库的公开元数据显示蒸馏模型在 2025-01-20 已可下载；这一天本身是常识，并非读自一手文件</translation>
    </message>
    <message>
        <source>A mixture of experts that thinks at length before it answers, trained from DeepSeek-V3-Base by reinforcement learning. All of its 671 billion parameters must be stored, but one token passes through only 37 billion of them: it needs the memory of a very large model and has the speed of a middle-sized one.</source>
        <translation>混合专家模型，回答之前会长时间思考，由 DeepSeek-V3-Base 经强化学习训练而成。6710 亿个参数都要存放，但一个词元只经过其中 370 亿个：它需要超大模型的内存，却有中等模型的速度。</translation>
    </message>
    <message>
        <source>maximum generation 32,768 tokens; temperature 0.6, top-p 0.95, 64 samples for pass@1</source>
        <translation>最长生成 32,768 个词元；温度 0.6，top-p 0.95，pass@1 取 64 个样本</translation>
    </message>
    <message>
        <source>the day itself was not read in a primary document</source>
        <translation>这一天并非读自一手文件</translation>
    </message>
    <message>
        <source>its makers report endless repetition, poor readability and language mixing (https://github.com/deepseek-ai/DeepSeek-R1 README.md, section 1)</source>
        <translation>原作者称它会无休止地重复、可读性差、混用语言（https://github.com/deepseek-ai/DeepSeek-R1 README.md 第 1 节）</translation>
    </message>
    <message>
        <source>that of R1; none is published for R1-Zero</source>
        <translation>取自 R1；R1-Zero 没有公布</translation>
    </message>
    <message>
        <source>The network of R1 trained by reinforcement learning alone, without supervised examples first: a demonstration that reasoning can be learnt so. For use, R1 reads better.</source>
        <translation>与 R1 相同的网络，只用强化学习训练，没有先学习人工示例：它证明了推理能力可以这样学会。实际使用时，R1 的回答更易读。</translation>
    </message>
    <message>
        <source>journal version</source>
        <translation>期刊版本</translation>
    </message>
    <message>
        <source>first preprint; GPQA differs from the journal version (75.8)</source>
        <translation>最初的预印本；GPQA 与期刊版本（75.8）不同</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>已核实</translation>
    </message>
    <message>
        <source>The later release of R1 with the same architecture and the same memory. It thinks longer (about twice the tokens on a hard question) and scores higher.</source>
        <translation>R1 的后续版本，架构和内存都相同。它思考得更久（难题约用两倍词元），得分更高。</translation>
    </message>
    <message>
        <source>maximum generation 64K; on the same table R1: LiveCodeBench 63.5, Codeforces-Div1 1530, GPQA 71.5. The decimal of AIME 2024 (91.4) was cut off in the copies read. MATH-500 is not on the card.</source>
        <translation>最长生成 64K；同一张表中 R1 为：LiveCodeBench 63.5，Codeforces-Div1 1530，GPQA 71.5。所读副本中 AIME 2024（91.4）的小数被截掉。模型卡上没有 MATH-500。</translation>
    </message>
    <message>
        <source>computed from the configuration; llama.cpp prints 70.55 B (llama.cpp log)</source>
        <translation>由配置计算；llama.cpp 显示 70.55 B（llama.cpp 日志）</translation>
    </message>
    <message>
        <source>BF16</source>
        <translation>BF16</translation>
    </message>
    <message>
        <source>MIT; the base model keeps its own licence: Llama-3.3-70B-Instruct (Llama 3.3 licence)</source>
        <translation>MIT；基础模型保留自己的许可证：Llama-3.3-70B-Instruct（Llama 3.3 许可证）</translation>
    </message>
    <message>
        <source>generation in the published evaluation was limited to 32,768 tokens</source>
        <translation>公布的评测中，生成长度限制为 32,768 个词元</translation>
    </message>
    <message>
        <source>that of R1, whose answers it was trained on</source>
        <translation>取自 R1，它用 R1 的回答训练而成</translation>
    </message>
    <message>
        <source>Llama 3.3 70B Instruct, trained further on answers that R1 wrote. A dense model: each token passes through all parameters.</source>
        <translation>在 R1 所写的回答上继续训练的 Llama 3.3 70B Instruct。稠密模型：每个词元都经过全部参数。</translation>
    </message>
    <message>
        <source>computed from the configuration; llama.cpp prints 32.76 B (llama.cpp log)</source>
        <translation>由配置计算；llama.cpp 显示 32.76 B（llama.cpp 日志）</translation>
    </message>
    <message>
        <source>MIT; the base model keeps its own licence: Qwen2.5-32B (Apache-2.0)</source>
        <translation>MIT；基础模型保留自己的许可证：Qwen2.5-32B（Apache-2.0）</translation>
    </message>
    <message>
        <source>Qwen2.5 32B, trained further on answers that R1 wrote. A dense model.</source>
        <translation>在 R1 所写的回答上继续训练的 Qwen2.5 32B。稠密模型。</translation>
    </message>
    <message>
        <source>computed from the configuration; llama.cpp prints 14.77 B (llama.cpp log)</source>
        <translation>由配置计算；llama.cpp 显示 14.77 B（llama.cpp 日志）</translation>
    </message>
    <message>
        <source>MIT; the base model keeps its own licence: Qwen2.5-14B (Apache-2.0)</source>
        <translation>MIT；基础模型保留自己的许可证：Qwen2.5-14B（Apache-2.0）</translation>
    </message>
    <message>
        <source>Qwen2.5 14B, trained further on answers that R1 wrote. A dense model.</source>
        <translation>在 R1 所写的回答上继续训练的 Qwen2.5 14B。稠密模型。</translation>
    </message>
    <message>
        <source>computed from the configuration; llama.cpp prints 8.03 B (llama.cpp log)</source>
        <translation>由配置计算；llama.cpp 显示 8.03 B（llama.cpp 日志）</translation>
    </message>
    <message>
        <source>MIT; the base model keeps its own licence: Llama-3.1-8B-Base (Llama 3.1 licence)</source>
        <translation>MIT；基础模型保留自己的许可证：Llama-3.1-8B-Base（Llama 3.1 许可证）</translation>
    </message>
    <message>
        <source>Llama 3.1 8B, trained further on answers that R1 wrote. A dense model.</source>
        <translation>在 R1 所写的回答上继续训练的 Llama 3.1 8B。稠密模型。</translation>
    </message>
    <message>
        <source>computed from the configuration; llama.cpp prints 8.19 B</source>
        <translation>由配置计算；llama.cpp 显示 8.19 B</translation>
    </message>
    <message>
        <source>MIT; the base model keeps its own licence: Qwen3-8B Base (Apache-2.0, not read)</source>
        <translation>MIT；基础模型保留自己的许可证：Qwen3-8B Base（Apache-2.0，未读原文）</translation>
    </message>
    <message>
        <source>YaRN factor 4 over 32,768</source>
        <translation>在 32,768 的基础上 YaRN 4 倍</translation>
    </message>
    <message>
        <source>that of R1-0528, whose answers it was trained on</source>
        <translation>取自 R1-0528，它用 R1-0528 的回答训练而成</translation>
    </message>
    <message>
        <source>Qwen3 8B, trained further on answers that R1-0528 wrote. A dense model that thinks as long as R1-0528 does.</source>
        <translation>在 R1-0528 所写的回答上继续训练的 Qwen3 8B。稠密模型，思考的长度与 R1-0528 相当。</translation>
    </message>
    <message>
        <source>secondary quotations of the model card; MATH-500 and Codeforces are not published for it</source>
        <translation>转引自模型卡；没有公布它的 MATH-500 和 Codeforces</translation>
    </message>
    <message>
        <source>computed from the configuration; llama.cpp prints 7.62 B (llama.cpp log)</source>
        <translation>由配置计算；llama.cpp 显示 7.62 B（llama.cpp 日志）</translation>
    </message>
    <message>
        <source>MIT; the base model keeps its own licence: Qwen2.5-Math-7B (Apache-2.0)</source>
        <translation>MIT；基础模型保留自己的许可证：Qwen2.5-Math-7B（Apache-2.0）</translation>
    </message>
    <message>
        <source>Qwen2.5 Math 7B, trained further on answers that R1 wrote. A dense model whose base is made for mathematics.</source>
        <translation>在 R1 所写的回答上继续训练的 Qwen2.5 Math 7B。稠密模型，其基础模型专为数学而做。</translation>
    </message>
    <message>
        <source>computed from the configuration; llama.cpp prints 1.78 B (llama.cpp log)</source>
        <translation>由配置计算；llama.cpp 显示 1.78 B（llama.cpp 日志）</translation>
    </message>
    <message>
        <source>MIT; the base model keeps its own licence: Qwen2.5-Math-1.5B (Apache-2.0)</source>
        <translation>MIT；基础模型保留自己的许可证：Qwen2.5-Math-1.5B（Apache-2.0）</translation>
    </message>
    <message>
        <source>Qwen2.5 Math 1.5B, trained further on answers that R1 wrote. The smallest of the family.</source>
        <translation>在 R1 所写的回答上继续训练的 Qwen2.5 Math 1.5B。家族中最小的一个。</translation>
    </message>
    <message>
        <source>Number of experts</source>
        <translation>专家数</translation>
    </message>
    <message>
        <source>256 routed + 1 shared in each of 58 MoE layers</source>
        <translation>58 个专家层中，每层 256 个路由专家 + 1 个共享专家</translation>
    </message>
    <message>
        <source>64 is the count of the 16B model of DeepSeek-V2&apos;s class; R1 has the architecture of DeepSeek-V3, whose configuration says 256.</source>
        <translation>64 是 DeepSeek-V2 一类 16B 模型的数目；R1 采用 DeepSeek-V3 的架构，其配置为 256。</translation>
    </message>
    <message>
        <source>Active experts</source>
        <translation>激活的专家数</translation>
    </message>
    <message>
        <source>8 routed + 1 shared a token and layer</source>
        <translation>每个词元每层 8 个路由专家 + 1 个共享专家</translation>
    </message>
    <message>
        <source>6 belongs to the same smaller model. In R1 the router picks 8 of 256 experts for each token, and one shared expert always works.</source>
        <translation>6 属于同一个较小的模型。在 R1 中，路由为每个词元从 256 个专家中选 8 个，另有一个共享专家始终工作。</translation>
    </message>
    <message>
        <source>Hidden dimension size</source>
        <translation>隐藏层维度</translation>
    </message>
    <message>
        <source>7168; 2048 is the width of one expert (moe_intermediate_size)</source>
        <translation>7168；2048 是一个专家的宽度（moe_intermediate_size）</translation>
    </message>
    <message>
        <source>Two different widths: 7168 runs through all layers, 2048 is the inside of one expert. 2048 is also the hidden size of the 16B model (config_16B.json) that 64 experts and 6 active belong to.</source>
        <translation>两个不同的宽度：7168 贯穿所有层，2048 是单个专家的内部宽度。2048 也是 64 个专家、激活 6 个的那个 16B 模型（config_16B.json）的隐藏层维度。</translation>
    </message>
    <message>
        <source>Total expert parameters</source>
        <translation>专家参数总数</translation>
    </message>
    <message>
        <source>37B is what is activated per token; routed experts hold 653.9B (computed)</source>
        <translation>37B 是每个词元激活的参数；路由专家共有 653.9B（计算所得）</translation>
    </message>
    <message>
        <source>37 billion is how many weights one token passes through, attention and output included. It is no sum over experts: those hold 653.9 of the 671.0 billion, and all of them must be stored.</source>
        <translation>370 亿是一个词元经过的权重数，含注意力和输出。它不是各专家之和：专家占 6710 亿中的 6539 亿，而且全部都要存放。</translation>
    </message>
    <message>
        <source>Active parameters</source>
        <translation>激活参数</translation>
    </message>
    <message>
        <source>671B is the total; 37B are active</source>
        <translation>671B 是总数；激活的是 37B</translation>
    </message>
    <message>
        <source>Memory follows from the total, speed from the active part; giving the total for both makes R1 look eighteen times slower than it is.</source>
        <translation>内存取决于总参数，速度取决于激活部分；两者都写总数，会让 R1 看起来慢了十八倍。</translation>
    </message>
    <message>
        <source>Attention structure</source>
        <translation>注意力结构</translation>
    </message>
    <message>
        <source>Multi-Layer Attention</source>
        <translation>Multi-Layer Attention（多层注意力）</translation>
    </message>
    <message>
        <source>Multi-head Latent Attention (MLA)</source>
        <translation>Multi-head Latent Attention（MLA，多头潜在注意力）</translation>
    </message>
    <message>
        <source>MLA stands for Multi-head Latent Attention: keys and values are kept as one small latent vector of 576 values a layer and token, the reason why R1&apos;s cache is small.</source>
        <translation>MLA 即 Multi-head Latent Attention（多头潜在注意力）：键和值合为每层每词元 576 个值的小潜在向量，这正是 R1 缓存很小的原因。</translation>
    </message>
    <message>
        <source>Release date</source>
        <translation>发布日期</translation>
    </message>
    <message>
        <source>R1 weights: 2025-01-20; late December 2024 is DeepSeek-V3</source>
        <translation>R1 的权重：2025-01-20；2024 年 12 月底是 DeepSeek-V3</translation>
    </message>
    <message>
        <source>27 December 2024 is about when DeepSeek-V3 appeared, the model that R1 was trained from. R1 itself followed on 20 January 2025.</source>
        <translation>2024 年 12 月 27 日大致是 DeepSeek-V3 发布的时间，R1 由它训练而来。R1 本身于 2025 年 1 月 20 日发布。</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>上下文长度</translation>
    </message>
    <message>
        <source>published as 128K; max_position_embeddings is 163,840</source>
        <translation>公布为 128K；max_position_embeddings 为 163,840</translation>
    </message>
    <message>
        <source>128K is the length that the makers publish; the configuration allows 163,840 tokens, and the engines take that as the limit.</source>
        <translation>128K 是原作者公布的长度；配置允许 163,840 个词元，各引擎以此为上限。</translation>
    </message>
    <message>
        <source>Activation function / normalization</source>
        <translation>激活函数 / 归一化</translation>
    </message>
    <message>
        <source>SiLU (SwiGLU) / RMSNorm</source>
        <translation>SiLU（SwiGLU）/ RMSNorm</translation>
    </message>
    <message>
        <source>The page leaves both open; the published inference code shows them.</source>
        <translation>该页面两者都空着；公开的推理代码中可以看到。</translation>
    </message>
    <message>
        <source>Knowledge cutoff</source>
        <translation>知识截止日期</translation>
    </message>
    <message>
        <source>not published in the repositories</source>
        <translation>仓库中没有公布</translation>
    </message>
    <message>
        <source>The page leaves it open, and so do the makers: a date in circulation is not theirs.</source>
        <translation>该页面空着，原作者也没有公布：流传的日期并非出自他们。</translation>
    </message>
    <message>
        <source>MMLU-Pro and GPQA scores</source>
        <translation>MMLU-Pro 和 GPQA 得分</translation>
    </message>
    <message>
        <source>0.85 and 0.81</source>
        <translation>0.85 和 0.81</translation>
    </message>
    <message>
        <source>R1: 84.0 and 71.5. The listed values are those of R1-0528 (85.0, 81.0)</source>
        <translation>R1：84.0 和 71.5。所列数值属于 R1-0528（85.0、81.0）</translation>
    </message>
    <message>
        <source>The page mixes two releases under one name; R1-0528 is a later model with other scores.</source>
        <translation>该页面把两个版本混在一个名称下；R1-0528 是后来的模型，得分不同。</translation>
    </message>
    <message>
        <source>8B page (deepseek-r1-8b)</source>
        <translation>8B 页面（deepseek-r1-8b）</translation>
    </message>
    <message>
        <source>40 layers, 64 heads, 64 KV heads, 64K context, 27 Dec 2024</source>
        <translation>40 层，64 个头，64 个 KV 头，64K 上下文，2024 年 12 月 27 日</translation>
    </message>
    <message>
        <source>Llama-8B: 32 layers, 32 heads, 8 KV heads; 0528-Qwen3-8B: 36 layers, 32 heads, 8 KV heads; 131,072 context; 2025-01-20 / 2025-05</source>
        <translation>Llama-8B：32 层，32 个头，8 个 KV 头；0528-Qwen3-8B：36 层，32 个头，8 个 KV 头；上下文 131,072；2025-01-20 / 2025-05</translation>
    </message>
    <message>
        <source>Two models are called R1 8B, and the page&apos;s figures are those of neither: the distill into Llama 3.1 8B, and the later one into Qwen3 8B.</source>
        <translation>有两个模型都叫 R1 8B，而该页面的数字两个都不是：一个蒸馏到 Llama 3.1 8B，另一个是后来蒸馏到 Qwen3 8B 的。</translation>
    </message>
    <message>
        <source>macOS lets the GPU use two thirds of the memory</source>
        <translation>macOS 允许显卡使用三分之二的内存</translation>
    </message>
    <message>
        <source>macOS lets the GPU use three quarters of the memory</source>
        <translation>macOS 允许显卡使用四分之三的内存</translation>
    </message>
    <message>
        <source>the GPU may use all of the memory that the system leaves</source>
        <translation>显卡可以使用系统余下的全部内存</translation>
    </message>
    <message>
        <source>Linux lets the GPU use half of the memory</source>
        <translation>Linux 允许显卡使用一半的内存</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>很好</translation>
    </message>
    <message>
        <source>good</source>
        <translation>好</translation>
    </message>
    <message>
        <source>noticeable loss</source>
        <translation>损失可察</translation>
    </message>
    <message>
        <source>strong loss</source>
        <translation>损失明显</translation>
    </message>
    <message>
        <source>GPQA Diamond, pass@1, in percent</source>
        <translation>GPQA Diamond，pass@1，百分比</translation>
    </message>
    <message>
        <source>severe</source>
        <translation>损失严重</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Model, quantization or card: 32b q4, 0528, rtx 4090 …</source>
        <translation>模型、量化类型或显卡：32b q4、0528、rtx 4090…</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Empty the field</source>
        <translation>清空搜索框</translation>
    </message>
    <message>
        <source>Search results</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>Nothing of that name</source>
        <translation>没有这样的名称</translation>
    </message>
    <message>
        <source>{0} · model sheet</source>
        <translation>{0} · 模型资料</translation>
    </message>
    <message>
        <source>{0} · in this machine</source>
        <translation>{0} · 本机</translation>
    </message>
    <message>
        <source>{0} · what if it were here</source>
        <translation>{0} · 假设装上它</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>{model} in {type} fits on your {cards}.</source>
        <translation>{model}（{type}）可全部放进您的 {cards}。</translation>
    </message>
    <message>
        <source>{model} in {type} runs on your {cards} and RAM together.</source>
        <translation>{model}（{type}）可由您的 {cards} 和内存一起运行。</translation>
    </message>
    <message>
        <source>{model} in {type} runs from RAM, on the processor.</source>
        <translation>{model}（{type}）可在内存中由处理器运行。</translation>
    </message>
    <message>
        <source>{model} in {type} would stream from the disk.</source>
        <translation>{model}（{type}）只能从硬盘边读边算。</translation>
    </message>
    <message>
        <source>{model} in {type} does not run here.</source>
        <translation>{model}（{type}）无法在这里运行。</translation>
    </message>
    <message>
        <source>It takes {needed} of the {usable} of VRAM it may use, with {context} of context.</source>
        <translation>上下文 {context} 时占用 {needed}，可用显存为 {usable}。</translation>
    </message>
    <message>
        <source>{share} % of its weights are on the GPU, {host} stay in RAM, with {context} of context.</source>
        <translation>上下文 {context} 时，{share} % 的权重在显卡上，{host} 留在内存中。</translation>
    </message>
    <message>
        <source>It takes {needed} of RAM, with {context} of context; how much is free is unknown.</source>
        <translation>上下文 {context} 时占用内存 {needed}；空闲多少未知。</translation>
    </message>
    <message>
        <source>It takes {needed} of the {usable} of RAM it may use, with {context} of context.</source>
        <translation>上下文 {context} 时占用 {needed}，可用内存为 {usable}。</translation>
    </message>
    <message>
        <source>about {expected} tokens/s ({low} to {high})</source>
        <translation>约 {expected} 词元/秒（{low} 至 {high}）</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>{0} h</source>
        <translation>{0} 小时</translation>
    </message>
    <message>
        <source>Nearest is {model} in {type}: it lacks {size} of {what}.</source>
        <translation>最接近的是 {type} 的 {model}：还缺 {size} 的{what}。</translation>
    </message>
    <message>
        <source>disk space</source>
        <translation>硬盘空间</translation>
    </message>
    <message>
        <source>VRAM</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>lacks {0}</source>
        <translation>差 {0}</translation>
    </message>
    <message>
        <source>{0} t/s</source>
        <translation>{0} 词元/秒</translation>
    </message>
    <message>
        <source>lacks {0} of {1}</source>
        <translation>{1} 还缺 {0}</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <source>gibibytes</source>
        <translation>GiB</translation>
    </message>
    <message>
        <source>gigabytes</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>about {0} tokens per second</source>
        <translation>约每秒 {0} 个词元</translation>
    </message>
    <message>
        <source>best pick</source>
        <translation>最佳选择</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>compute</source>
        <translation>计算缓冲</translation>
    </message>
    <message>
        <source>runtime</source>
        <translation>运行时</translation>
    </message>
    <message>
        <source>llama.cpp: all layers on the processor (gpu_layers 0)</source>
        <translation>llama.cpp：所有层都由处理器计算（gpu_layers 0）</translation>
    </message>
    <message>
        <source>llama.cpp: {count} of {all} layers on the GPU (gpu_layers {count})</source>
        <translation>llama.cpp：{all} 层中有 {count} 层在显卡上（gpu_layers {count}）</translation>
    </message>
    <message>
        <source>routed experts of the first {0} layers in RAM (n_cpu_moe {0})</source>
        <translation>前 {0} 层的路由专家在内存中（n_cpu_moe {0}）</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>planned for {0} of context, the most it takes</source>
        <translation>按其上限 {0} 上下文规划</translation>
    </message>
    <message>
        <source>A description without tensors, priced as Q4_K_M</source>
        <translation>只有描述而没有张量，按 Q4_K_M 计算</translation>
    </message>
    <message>
        <source>Your file {0}: {1}, a mix of types of its own</source>
        <translation>您的文件 {0}：{1}，自成一种混合类型</translation>
    </message>
    <message>
        <source>Your file {0}: {1}, every tensor as in {2}</source>
        <translation>您的文件 {0}：{1}，每个张量都与 {2} 相同</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>The settings file could not be read and was set aside as {0}; defaults are in use.</source>
        <translation>设置文件无法读取，已移到 {0}；现在使用默认设置。</translation>
    </message>
    <message>
        <source>The settings could not be read: {0}.</source>
        <translation>无法读取设置：{0}。</translation>
    </message>
    <message>
        <source>The settings could not be saved: {0}.</source>
        <translation>无法保存设置：{0}。</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>the first one of this computer that has torch</source>
        <translation>本机第一个装有 torch 的 Python</translation>
    </message>
    <message>
        <source>Folder of the models</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Choose a Python that has torch</source>
        <translation>选择装有 torch 的 Python</translation>
    </message>
    <message>
        <source>as found: {0}</source>
        <translation>自动找到：{0}</translation>
    </message>
    <message>
        <source>where the runtimes keep them</source>
        <translation>各引擎存放模型的位置</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>配色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>GiB (2³⁰ bytes, as tools print)</source>
        <translation>GiB（2³⁰ 字节，工具的标法）</translation>
    </message>
    <message>
        <source>GB (10⁹ bytes, as shops print)</source>
        <translation>GB（10⁹ 字节，商店的标法）</translation>
    </message>
    <message>
        <source>Sizes in</source>
        <translation>大小单位</translation>
    </message>
    <message>
        <source>Plans</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Keep free on every card and in RAM</source>
        <translation>每张显卡和内存中预留</translation>
    </message>
    <message>
        <source>Runtime of the commands</source>
        <translation>命令所用的引擎</translation>
    </message>
    <message>
        <source>1 GiB is what llama.cpp leaves free by itself; what a card&apos;s driver takes counts towards it.</source>
        <translation>llama.cpp 自己会留出 1 GiB；显卡驱动占用的部分也算在其中。</translation>
    </message>
    <message>
        <source>Cards in use</source>
        <translation>使用的显卡</translation>
    </message>
    <message>
        <source>This machine has no card that can be planned for.</source>
        <translation>本机没有可纳入方案的显卡。</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Use the one that is found</source>
        <translation>使用自动找到的</translation>
    </message>
    <message>
        <source>Its free space decides whether a download fits.</source>
        <translation>它的剩余空间决定能否下载。</translation>
    </message>
    <message>
        <source>Python for verify</source>
        <translation>实测用的 Python</translation>
    </message>
    <message>
        <source>Choose a Python…</source>
        <translation>选择 Python…</translation>
    </message>
    <message>
        <source>Verify runs in PyTorch, in a process of its own; FitCheck itself needs neither.</source>
        <translation>实测在单独的进程中用 PyTorch 运行；FitCheck 本身不需要它们。</translation>
    </message>
    <message>
        <source>Kept in {0}</source>
        <translation>保存在 {0}</translation>
    </message>
</context>
<context>
    <name>SheetPage</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Show in Fit</source>
        <translation>在适配页中显示</translation>
    </message>
    <message>
        <source>At Hugging Face</source>
        <translation>Hugging Face</translation>
    </message>
    <message>
        <source>Open its page at Hugging Face</source>
        <translation>打开 Hugging Face 页面</translation>
    </message>
    <message>
        <source>Sheet of {0}</source>
        <translation>{0} 的资料</translation>
    </message>
    <message>
        <source>Not recommended: {0}</source>
        <translation>不推荐：{0}</translation>
    </message>
    <message>
        <source>Specification</source>
        <translation>规格</translation>
    </message>
    <message>
        <source>Origin and licence</source>
        <translation>来历与许可证</translation>
    </message>
    <message>
        <source>Corrected: {0} says otherwise</source>
        <translation>更正：{0} 的说法有误</translation>
    </message>
    <message>
        <source>Memory by context, in {0}</source>
        <translation>不同上下文所需内存（{0}）</translation>
    </message>
    <message>
        <source>Weights, KV cache in f16, compute buffers and runtime, with all layers on one card. The Fit page shows what your own cards and RAM would hold.</source>
        <translation>权重、f16 的 KV 缓存、计算缓冲和运行时，所有层都放在一张显卡上。适配页显示您自己的显卡和内存各放多少。</translation>
    </message>
    <message>
        <source>Benchmark scores</source>
        <translation>评测得分</translation>
    </message>
    <message>
        <source>{0} bytes</source>
        <translation>{0} 字节</translation>
    </message>
    <message>
        <source>Published files</source>
        <translation>已发布的文件</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
</context>
<context>
    <name>SheetWords</name>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Active for a token</source>
        <translation>每个词元激活</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>架构</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层数</translation>
    </message>
    <message>
        <source>Hidden size</source>
        <translation>隐藏层维度</translation>
    </message>
    <message>
        <source>Feed-forward size</source>
        <translation>前馈层维度</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>Attention heads</source>
        <translation>注意力头</translation>
    </message>
    <message>
        <source>KV heads</source>
        <translation>KV 头</translation>
    </message>
    <message>
        <source>Head size</source>
        <translation>头维度</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>词表</translation>
    </message>
    <message>
        <source>{0} tokens</source>
        <translation>{0} 个词元</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>激活函数</translation>
    </message>
    <message>
        <source>Normalization</source>
        <translation>归一化</translation>
    </message>
    <message>
        <source>Position encoding</source>
        <translation>位置编码</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>Released</source>
        <translation>发布日期</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Published as</source>
        <translation>发布格式</translation>
    </message>
    <message>
        <source>Tokenizer</source>
        <translation>分词器</translation>
    </message>
    <message>
        <source>about {0} tokens for a hard question</source>
        <translation>难题约 {0} 个词元</translation>
    </message>
    <message>
        <source>A reasoning answer</source>
        <translation>一次推理回答</translation>
    </message>
    <message>
        <source>Names that find it</source>
        <translation>可用的名称</translation>
    </message>
    <message>
        <source>{0} Second hand: not read in the makers&apos; own document.</source>
        <translation>{0} 转引：并非读自原作者的文件。</translation>
    </message>
    <message>
        <source>not {0}</source>
        <translation>而非 {0}</translation>
    </message>
    <message>
        <source>published as {0}</source>
        <translation>公布为 {0}</translation>
    </message>
    <message>
        <source>Longest context</source>
        <translation>最长上下文</translation>
    </message>
    <message>
        <source>Latent vector of queries</source>
        <translation>查询的潜在向量</translation>
    </message>
    <message>
        <source>Latent vector of keys and values</source>
        <translation>键和值的潜在向量</translation>
    </message>
    <message>
        <source>Head size without position</source>
        <translation>不含位置的头维度</translation>
    </message>
    <message>
        <source>Head size with position</source>
        <translation>含位置的头维度</translation>
    </message>
    <message>
        <source>Head size of values</source>
        <translation>值的头维度</translation>
    </message>
    <message>
        <source>Dense layers at the start</source>
        <translation>开头的稠密层</translation>
    </message>
    <message>
        <source>Routed experts in a layer</source>
        <translation>每层路由专家</translation>
    </message>
    <message>
        <source>Shared experts in a layer</source>
        <translation>每层共享专家</translation>
    </message>
    <message>
        <source>Routed experts for a token</source>
        <translation>每个词元的路由专家</translation>
    </message>
    <message>
        <source>Size of an expert</source>
        <translation>专家维度</translation>
    </message>
    <message>
        <source>Groups of experts</source>
        <translation>专家分组</translation>
    </message>
    <message>
        <source>Groups for a token</source>
        <translation>每个词元选用的组</translation>
    </message>
    <message>
        <source>base {0}</source>
        <translation>基数 {0}</translation>
    </message>
    <message>
        <source>{0}, factor {1} over {2}</source>
        <translation>{0}，在 {2} 基础上 {1} 倍</translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>This machine</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>What if…</source>
        <translation>假设…</translation>
    </message>
    <message>
        <source>Looking at this machine…</source>
        <translation>正在查看本机…</translation>
    </message>
    <message>
        <source>It asks the driver and the system. A sleeping laptop card is left asleep.</source>
        <translation>正在询问驱动和系统。休眠中的笔记本显卡不会被唤醒。</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Disk · models</source>
        <translation>硬盘 · 模型</translation>
    </message>
    <message>
        <source>asking the system</source>
        <translation>正在询问系统</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适配</translation>
    </message>
    <message>
        <source>Model sheet</source>
        <translation>模型资料</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Looking for the best DeepSeek-R1 for this machine…</source>
        <translation>正在为本机寻找最合适的 DeepSeek-R1…</translation>
    </message>
    <message>
        <source>The answer appears here in a second or two. Nothing is downloaded and no model is loaded.</source>
        <translation>一两秒后这里会显示答案。不会下载任何内容，也不会加载模型。</translation>
    </message>
</context>
<context>
    <name>TypeHeader</name>
    <message>
        <source>{0}-bit</source>
        <translation>{0} 位</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>on the GPU</source>
        <translation>全部在显卡</translation>
    </message>
    <message>
        <source>GPU + RAM</source>
        <translation>显卡 + 内存</translation>
    </message>
    <message>
        <source>RAM only</source>
        <translation>仅内存</translation>
    </message>
    <message>
        <source>streams from SSD</source>
        <translation>从硬盘读取</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>放不下</translation>
    </message>
</context>
<context>
    <name>VerdictLegend</name>
    <message>
        <source>marked corner: best pick · arrows move · Enter opens · Space shows variants</source>
        <translation>角标：最佳选择 · 方向键移动 · 回车打开 · 空格显示变体</translation>
    </message>
</context>
<context>
    <name>Verifier</name>
    <message>
        <source>The verification ended without an answer.</source>
        <translation>实测结束，但没有给出结果。</translation>
    </message>
</context>
<context>
    <name>VerifyDrawings</name>
    <message>
        <source>{0} · dashed: {1}</source>
        <translation>{0} · 虚线：{1}</translation>
    </message>
    <message>
        <source>RAM of the process that runs it, torch included, {0}</source>
        <translation>运行进程的内存，含 torch，{0}</translation>
    </message>
    <message>
        <source>{0}, all programs, {1}</source>
        <translation>{0}，所有程序，{1}</translation>
    </message>
    <message>
        <source>weights and cache, {0}; torch itself comes on top</source>
        <translation>权重和缓存 {0}；torch 自身另计</translation>
    </message>
    <message>
        <source>predicted, {0}, other programs included</source>
        <translation>预测 {0}，含其他程序</translation>
    </message>
    <message>
        <source>{0} s: {1}</source>
        <translation>{0} 秒：{1}</translation>
    </message>
    <message>
        <source>{0}; highest {1}</source>
        <translation>{0}；最高 {1}</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
</context>
<context>
    <name>VerifyPage</name>
    <message>
        <source>Choose a Python that has torch</source>
        <translation>选择装有 torch 的 Python</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>再次实测</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>开始实测</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Measure whether {0} in {1} fits.</source>
        <translation>实测 {0} {1} 是否放得下。</translation>
    </message>
    <message>
        <source>Runs in {0}.</source>
        <translation>在 {0} 中运行。</translation>
    </message>
    <message>
        <source>Runs in a Python of this computer that has torch.</source>
        <translation>在本机装有 torch 的 Python 中运行。</translation>
    </message>
    <message>
        <source>Cancelling ends it within three seconds, and so does closing the window.</source>
        <translation>取消后三秒内结束，关闭窗口也一样。</translation>
    </message>
    <message>
        <source>Measuring {0} in {1}…</source>
        <translation>正在实测 {0} {1}…</translation>
    </message>
    <message>
        <source>{0} in {1} was not verified.</source>
        <translation>{0} {1} 未能实测。</translation>
    </message>
    <message>
        <source>of what ran: {0} of {1} layers</source>
        <translation>仅计已运行部分：{1} 层中的 {0} 层</translation>
    </message>
    <message>
        <source>everything ran</source>
        <translation>全部已运行</translation>
    </message>
    <message>
        <source>Nothing to measure yet.</source>
        <translation>还没有可实测的方案。</translation>
    </message>
    <message>
        <source>Verify measures on this computer. Choose something for this computer&apos;s own cards and RAM.</source>
        <translation>实测在这台电脑上进行。请为这台电脑自己的显卡和内存选择方案。</translation>
    </message>
    <message>
        <source>Choose a cell on the Fit page that has an answer.</source>
        <translation>请在“适配”页选择一个有结果的格子。</translation>
    </message>
    <message>
        <source>Verify runs the models of the matrix; a file of your own it cannot run yet.</source>
        <translation>实测只能运行表中的模型；暂时不能运行您自己的文件。</translation>
    </message>
    <message>
        <source>{0} stay free on every device</source>
        <translation>每个设备保留 {0} 空闲</translation>
    </message>
    <message>
        <source>Ending it…</source>
        <translation>正在结束…</translation>
    </message>
    <message>
        <source>Quick: a layer of each kind, about a minute</source>
        <translation>快速：每种层各一层，约一分钟</translation>
    </message>
    <message>
        <source>Thorough: everything the plan puts on each device</source>
        <translation>彻底：方案放在每个设备上的全部内容</translation>
    </message>
    <message>
        <source>How much runs</source>
        <translation>运行范围</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Put into a report…</source>
        <translation>放入报告…</translation>
    </message>
    <message>
        <source>Choose a Python…</source>
        <translation>选择 Python…</translation>
    </message>
    <message>
        <source>Progress of this step</source>
        <translation>此步骤的进度</translation>
    </message>
    <message>
        <source>What it allocates</source>
        <translation>将分配的内存</translation>
    </message>
    <message>
        <source>Memory while it runs</source>
        <translation>运行时的内存</translation>
    </message>
    <message>
        <source>Memory, predicted and measured</source>
        <translation>内存：预测与实测</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Time of the parts</source>
        <translation>各部分用时</translation>
    </message>
</context>
<context>
    <name>VerifyWords</name>
    <message>
        <source>All {0} layers run</source>
        <translation>全部 {0} 层都运行</translation>
    </message>
    <message>
        <source>One of {0} alike layers runs and is scaled to all</source>
        <translation>{0} 个相同的层中运行一层，再按比例推算到全部</translation>
    </message>
    <message>
        <source>{0} of {1} layers run, one of each kind, and are scaled to all</source>
        <translation>{1} 层中运行 {0} 层，每种一层，再按比例推算到全部</translation>
    </message>
    <message>
        <source>{0}, for a prompt of {1} tokens and {2} more, with random weights. Nothing is downloaded.</source>
        <translation>{0}，提示词 {1} 个词元，再生成 {2} 个，使用随机权重。不下载任何内容。</translation>
    </message>
    <message>
        <source>{size} of RAM</source>
        <translation>内存 {size}</translation>
    </message>
    <message>
        <source>{size} on the {device}</source>
        <translation>{device} 显存 {size}</translation>
    </message>
    <message>
        <source>{0} and {1}</source>
        <translation>{0} 和 {1}</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>It takes {0} and gives all of it back.</source>
        <translation>它占用{0}，结束后全部归还。</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Weights, {0}</source>
        <translation>权重，{0}</translation>
    </message>
    <message>
        <source>KV cache, {0}</source>
        <translation>KV 缓存，{0}</translation>
    </message>
    <message>
        <source>Compute buffers, {0}</source>
        <translation>计算缓冲，{0}</translation>
    </message>
    <message>
        <source>Together, {0}</source>
        <translation>合计，{0}</translation>
    </message>
    <message>
        <source>Starting torch</source>
        <translation>启动 torch</translation>
    </message>
    <message>
        <source>Writing weights and cache</source>
        <translation>写入权重和缓存</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>读取提示词</translation>
    </message>
    <message>
        <source>Writing tokens</source>
        <translation>生成词元</translation>
    </message>
    <message>
        <source>Looking for a Python that has torch</source>
        <translation>正在寻找装有 torch 的 Python</translation>
    </message>
    <message>
        <source>Step {0} of {1}: {2}</source>
        <translation>第 {0} 步，共 {1} 步：{2}</translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation>{0}（{1}）</translation>
    </message>
    <message>
        <source>about {0} s left</source>
        <translation>约剩 {0} 秒</translation>
    </message>
    <message>
        <source>{0} in {1} fits: measured.</source>
        <translation>{0} {1} 放得下：已实测。</translation>
    </message>
    <message>
        <source>{0} in {1} fits, but only just.</source>
        <translation>{0} {1} 勉强放得下。</translation>
    </message>
    <message>
        <source>{0} in {1} does not fit.</source>
        <translation>{0} {1} 放不下。</translation>
    </message>
    <message>
        <source>{0} in {1} was not verified.</source>
        <translation>{0} {1} 未能实测。</translation>
    </message>
    <message>
        <source>{0} in {1} fits, by scaling.</source>
        <translation>{0} {1} 按比例推算放得下。</translation>
    </message>
    <message>
        <source>context {0}</source>
        <translation>上下文 {0}</translation>
    </message>
    <message>
        <source>{0} of {1} layers</source>
        <translation>{1} 层中的 {0} 层</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} threads</source>
        <translation>{0} 个线程</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>compute buffers</source>
        <translation>计算缓冲</translation>
    </message>
    <message>
        <source>activations</source>
        <translation>激活值</translation>
    </message>
    <message>
        <source>runtime</source>
        <translation>运行时</translation>
    </message>
    <message>
        <source>growth of the process</source>
        <translation>进程增长</translation>
    </message>
    <message>
        <source>equal to the byte</source>
        <translation>逐字节相等</translation>
    </message>
    <message>
        <source>DIFFERS</source>
        <translation>不一致</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>组成部分</translation>
    </message>
    <message>
        <source>Predicted, {0}</source>
        <translation>预测，{0}</translation>
    </message>
    <message>
        <source>Measured, {0}</source>
        <translation>实测，{0}</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>词嵌入</translation>
    </message>
    <message>
        <source>head</source>
        <translation>输出头</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>已实测</translation>
    </message>
    <message>
        <source>Prompt of {0}, ms</source>
        <translation>{0} 词元提示词，毫秒</translation>
    </message>
    <message>
        <source>One token, ms</source>
        <translation>一个词元，毫秒</translation>
    </message>
    <message>
        <source>Read by a token, {0}</source>
        <translation>每词元读取，{0}</translation>
    </message>
    <message>
        <source>{0}, scaled</source>
        <translation>{0}，按比例推算</translation>
    </message>
    <message>
        <source>Ground</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>{0}, scaled to all layers</source>
        <translation>{0}，按比例推算到所有层</translation>
    </message>
    <message>
        <source>predicted for an engine</source>
        <translation>对引擎的预测</translation>
    </message>
    <message>
        <source>the same with the measured bandwidths; errs on the slow side</source>
        <translation>同一预测，换用实测带宽；结果偏慢</translation>
    </message>
    <message>
        <source>every byte at the measured copy bandwidth</source>
        <translation>每个字节都按实测复制带宽读取</translation>
    </message>
    <message>
        <source>this pass in torch, which unpacks slower than an engine</source>
        <translation>本次 torch 计算，解包比引擎慢</translation>
    </message>
    <message>
        <source>this pass, reading the prompt</source>
        <translation>本次计算，读取提示词</translation>
    </message>
    <message>
        <source>{0} copies {1}.</source>
        <translation>{0}复制带宽 {1}。</translation>
    </message>
    <message>
        <source>Verify runs in PyTorch, and no Python that was found on this computer has it.</source>
        <translation>实测用 PyTorch 运行，而在本机找到的 Python 都没有它。</translation>
    </message>
    <message>
        <source>Verify runs in PyTorch, and the Python {0} has none.</source>
        <translation>实测用 PyTorch 运行，而 Python {0} 没有它。</translation>
    </message>
    <message>
        <source>Choose a Python that has it, or install it: {0}</source>
        <translation>请选择装有它的 Python，或安装它：{0}</translation>
    </message>
    <message>
        <source>{0} ({1} to {2})</source>
        <translation>{0}（{1} 至 {2}）</translation>
    </message>
</context>
<context>
    <name>WaysOut</name>
    <message>
        <source>With these settings no model can run.</source>
        <translation>在这些设置下没有模型可以运行。</translation>
    </message>
    <message>
        <source>Use {0} of context</source>
        <translation>把上下文改为 {0}</translation>
    </message>
    <message>
        <source>Use a q8_0 KV cache</source>
        <translation>改用 q8_0 的 KV 缓存</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试试</translation>
    </message>
    <message>
        <source>{model} in {type}: {brings}</source>
        <translation>{model} {type}：{brings}</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
</context>
<context>
    <name>WhatIfPanel</name>
    <message>
        <source>Not this machine</source>
        <translation>假设的机器，不是这一台</translation>
    </message>
    <message>
        <source>Back to this machine</source>
        <translation>返回本机</translation>
    </message>
    <message>
        <source>Add a card</source>
        <translation>添加显卡</translation>
    </message>
    <message>
        <source>RAM of the imagined machine</source>
        <translation>假设的内存</translation>
    </message>
    <message>
        <source>Kind of its RAM</source>
        <translation>内存类型</translation>
    </message>
    <message>
        <source>Choose a card, or type one: 2x RTX 3090, M3 Ultra 512GB, 24GiB@936GB/s</source>
        <translation>选择显卡，或直接输入：2x RTX 3090、M3 Ultra 512GB、24GiB@936GB/s</translation>
    </message>
    <message>
        <source>Take out {0}</source>
        <translation>去掉 {0}</translation>
    </message>
    <message>
        <source>Undo the last change</source>
        <translation>撤销上次更改</translation>
    </message>
    <message>
        <source>Redo the change</source>
        <translation>重做更改</translation>
    </message>
    <message>
        <source>Add a card…</source>
        <translation>添加显卡…</translation>
    </message>
    <message>
        <source>RAM unknown</source>
        <translation>内存未知</translation>
    </message>
    <message>
        <source>{0} GiB of RAM</source>
        <translation>{0} GiB 内存</translation>
    </message>
    <message>
        <source>bandwidth unknown</source>
        <translation>带宽未知</translation>
    </message>
    <message>
        <source>What it has</source>
        <translation>所含部件</translation>
    </message>
</context>
<context>
    <name>WindowMenu</name>
    <message>
        <source>Look at this machine again</source>
        <translation>重新查看本机</translation>
    </message>
    <message>
        <source>This machine in detail…</source>
        <translation>本机详情…</translation>
    </message>
    <message>
        <source>Open a model file or a report…</source>
        <translation>打开模型文件或报告…</translation>
    </message>
    <message>
        <source>Save a report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Search…</source>
        <translation>搜索…</translation>
    </message>
    <message>
        <source>What if…</source>
        <translation>假设…</translation>
    </message>
    <message>
        <source>Undo the last change</source>
        <translation>撤销上次更改</translation>
    </message>
    <message>
        <source>Redo the change</source>
        <translation>重做更改</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>配色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>GiB (2³⁰ bytes, as tools print)</source>
        <translation>GiB（2³⁰ 字节，工具的标法）</translation>
    </message>
    <message>
        <source>GB (10⁹ bytes, as shops print)</source>
        <translation>GB（10⁹ 字节，商店的标法）</translation>
    </message>
    <message>
        <source>Sizes in</source>
        <translation>大小单位</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>WordsSection</name>
    <message>
        <source>How sure is this?</source>
        <translation>这有多可靠？</translation>
    </message>
</context>
</TS>

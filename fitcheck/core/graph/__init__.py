"""The engine's compute graph, rebuilt to learn how large its buffers are.

llama.cpp reserves graph buffers by building one graph for the largest batch, giving every operation to a device,
and letting an allocator lay the intermediate results out in memory. The peak of that layout is the compute
buffer. The same is done here without the numbers, and for few layers where many are alike:

- ``graph_key`` and ``shapes``: what buffers depend on, the layers of a model in runs of those that are alike;
- ``tensor``: shapes and strides; ``attention``, ``experts``, ``model_graph``: the graph of a batch (``setting``);
- ``devices``: what each device can compute; ``schedule``: gives operations to devices, adds copies between them;
- ``recorder``: what a layer takes and gives back; ``layer_graph``: one layer on devices; ``joined``: models of them;
- ``layout`` and ``arena``: where in each buffer that is; ``sizes``: how many bytes;
- ``reserve``: all of it together; ``whole``: the plain way, without taking layers apart.

Everything follows the sources of llama.cpp v0.5.0; each module names the file whose rules it keeps.
"""

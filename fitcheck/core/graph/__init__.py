"""The engine's compute graph, rebuilt to learn how large its buffers are.

llama.cpp reserves graph buffers by building one graph for the largest batch, giving every operation to a device,
and letting an allocator lay the intermediate results out in memory. The peak of that layout is the compute
buffer. The same is done here without the numbers, and for few layers where many are alike:

- ``graph_key`` and ``shapes``: what buffers depend on; ``layers``: which layers of a model stand for all of them;
- ``tensor``: shapes and strides; ``attention``, ``experts``, ``model_graph``: the graph of a batch (``setting``);
- ``devices``: what each device can compute; ``schedule``: gives operations to devices, adds copies between them;
- ``recorder``: what each layer takes and gives back; ``layout`` and ``arena``: where in each buffer that is;
- ``reserve``: all of it together.

Everything follows the sources of llama.cpp v0.5.0; each module names the file whose rules it keeps.
"""

"""A model of MLflow, for `mlflow models serve`: words in, vectors out.

A loader module and data: the form of MLflow's models that holds no pickle and no path of the machine that made it. The
reader goes along as code, so that a server needs no embedsmith, and reads with the version that wrote; beside MLflow it
takes numpy and safetensors, no more. In a process that has imported embedsmith before, that one reads.
"""

from __future__ import annotations

import os
import shutil
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import embedsmith
from embedsmith.embedding import Embedding, save
from embedsmith.export import served

OPEN = "mlflow.pyfunc.load_model('{path}')"
COMPOSES = True
EXAMPLES = 2
"""Words of the example."""
REQUIREMENTS = ("mlflow", "numpy", "safetensors")
PACKAGE = Path(embedsmith.__file__).parent


def write(embedding: Embedding, path: Path) -> None:
    """Make the folder `path`; what it answers is said in `embedsmith.export.served`.

    Neither a time nor a number drawn at random enters it, which MLflow would put there.
    """
    for name, value in {  # before the import, which reads them
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        "MLFLOW_UV_AUTO_DETECT": "false",  # the project in the working directory is none of the model's
    }.items():
        os.environ.setdefault(name, value)
    import pandas as pd
    from mlflow.models import Model, ModelSignature
    from mlflow.pyfunc import save_model
    from mlflow.types import ColSpec, DataType, Schema
    from mlflow.types.schema import Array

    signature = ModelSignature(
        Schema([ColSpec(DataType.string, served.WORD)]),
        Schema([ColSpec(Array(DataType.float), served.VECTOR, required=False)]),
    )
    model = Model(model_uuid=None)
    setattr(model, "utc_time_created", None)  # noqa: B010 - its type says that there always is one
    with TemporaryDirectory() as staged:
        data, code = Path(staged) / "embedding", Path(staged) / PACKAGE.name
        save(embedding, data)
        shutil.copytree(PACKAGE / "embedding", code / "embedding", ignore=shutil.ignore_patterns("__pycache__"))
        (code / "export").mkdir()
        for module in ("__init__.py", "export/__init__.py", "export/served.py"):
            shutil.copyfile(PACKAGE / module, code / module)
        save_model(
            str(path),
            loader_module=served.__name__,
            data_path=str(data),
            code_paths=[str(code)],
            mlflow_model=model,
            signature=signature,
            input_example=pd.DataFrame({served.WORD: list(embedding.words[:EXAMPLES])}),
            pip_requirements=[f"{name}=={version(name)}" for name in REQUIREMENTS],
        )

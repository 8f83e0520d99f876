"""`python -m chaos_service NAME`: a service as it is shipped, but for the mutant planted in it."""

if __name__ == "__main__":
    # The worker process imports the main module anew: nothing is to happen then.
    import os
    import runpy
    import sys

    import chaos_mutants

    name = sys.argv.pop(1)
    chaos_mutants.plant(os.environ)
    runpy.run_module(f"copydesk_{name}", run_name="__main__", alter_sys=True)

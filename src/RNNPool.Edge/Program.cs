Console.WriteLine("rnnpool-edge");

"""How the encoder of reading is made: data, training, distillation, calibration, export."""
